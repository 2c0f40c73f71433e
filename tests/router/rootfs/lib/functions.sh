# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Shell access to the configuration: config_load, config_get, config_foreach and friends.
# shellcheck shell=dash

NL='
'
CONFIG_SECTIONS=

# `uci -n export` is a list of shell commands: package, config, option, list. Here they are.
package() { :; }
config() {
	CONFIG_SECTION=$2
	CONFIG_SECTIONS="$CONFIG_SECTIONS $2"
	config_set "$2" TYPE "$1"
}
option() { config_set "$CONFIG_SECTION" "$1" "$2"; }
list() {
	config_get _list_length "$CONFIG_SECTION" "$1_LENGTH" 0
	_list_length=$((_list_length + 1))
	config_set "$CONFIG_SECTION" "$1_ITEM$_list_length" "$2"
	config_set "$CONFIG_SECTION" "$1_LENGTH" "$_list_length"
	config_get _list_joined "$CONFIG_SECTION" "$1"
	config_set "$CONFIG_SECTION" "$1" "${_list_joined:+$_list_joined }$2"
}

config_load() {
	CONFIG_SECTIONS=
	_config_text=$(uci -n export "$1" 2>/dev/null) || return 1
	eval "$_config_text"
}

# config_set SECTION OPTION VALUE
config_set() { eval "CONFIG_$1_$2=\$3"; }

# config_get VARIABLE SECTION OPTION [DEFAULT]
config_get() { eval "$1=\${CONFIG_$2_$3:-\$4}"; }

# config_get_bool VARIABLE SECTION OPTION [DEFAULT]: 1 or 0
config_get_bool() {
	config_get _bool "$2" "$3" "$4"
	case $_bool in
		1 | on | true | yes | enabled) _bool=1 ;;
		*) _bool=0 ;;
	esac
	eval "$1=$_bool"
}

# config_foreach FUNCTION [TYPE [ARGUMENTS]]
config_foreach() {
	local _each_function=$1 _each_type=$2 _each_section _each_actual
	shift
	[ $# -gt 0 ] && shift
	for _each_section in $CONFIG_SECTIONS; do
		config_get _each_actual "$_each_section" TYPE
		[ -n "$_each_type" ] && [ "$_each_type" != "$_each_actual" ] && continue
		"$_each_function" "$_each_section" "$@"
	done
}

# config_list_foreach SECTION OPTION FUNCTION [ARGUMENTS]
config_list_foreach() {
	local _list_section=$1 _list_option=$2 _list_function=$3 _list_most _list_at _list_item
	shift 3
	config_get _list_most "$_list_section" "${_list_option}_LENGTH" 0
	_list_at=1
	while [ "$_list_at" -le "$_list_most" ]; do
		config_get _list_item "$_list_section" "${_list_option}_ITEM$_list_at"
		"$_list_function" "$_list_item" "$@"
		_list_at=$((_list_at + 1))
	done
}

append() { eval "$1=\"\${$1:+\$$1\${3:- }}\$2\""; }

list_contains() {
	eval "case \" \$$1 \" in *\" \$2 \"*) return 0 ;; esac"
	return 1
}
