# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What init scripts with USE_PROCD=1 call to describe their service to procd. The description is
# JSON, built as text.
# shellcheck shell=dash

_procd_quote() {
	case $1 in
		*[\\\"]* | *"$NL"*) printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g' | awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }')" ;;
		*) printf '"%s"' "$1" ;;
	esac
}

_procd_array() {
	_items=
	for _item; do _items="${_items:+$_items,}$(_procd_quote "$_item")"; done
	printf '[%s]' "$_items"
}

procd_open_service() { _service=$1 _instances='' _triggers='' _count=0; }
procd_open_instance() {
	_count=$((${_count:-0} + 1))
	_instance=${1:-instance$_count} _fields='' _command='' _files=''
}

procd_set_param() {
	_kind=$1
	shift
	case $_kind in
		command) _command=$(_procd_array "$@") ;;
		env) _procd_field env "$(_procd_pairs "$@")" ;;
		respawn) _procd_field respawn "$(_procd_array "$@")" ;;
		file) _files=$(_procd_array "$@") ;;
		pidfile | user | group | facility) _procd_field "$_kind" "$(_procd_quote "$1")" ;;
		stdout | stderr | term_timeout | nice | reload_signal) _procd_field "$_kind" "${1:-1}" ;;
	esac
}

procd_append_param() {
	_kind=$1
	shift
	case $_kind in
		command)
			_more=$(_procd_array "$@")
			_command="${_command%]},${_more#?}"
			;;
		file)
			_more=$(_procd_array "$@")
			_files=${_files:+${_files%]},${_more#?}}
			_files=${_files:-$_more}
			;;
		*) procd_set_param "$_kind" "$@" ;;
	esac
}

_procd_field() { _fields="${_fields:+$_fields,}\"$1\":$2"; }
_procd_pairs() {
	_pairs=
	for _pair; do
		_pairs="${_pairs:+$_pairs,}$(_procd_quote "${_pair%%=*}"):$(_procd_quote "${_pair#*=}")"
	done
	printf '{%s}' "$_pairs"
}

procd_close_instance() {
	[ -n "$_command" ] || return 0
	_body="\"command\":$_command${_fields:+,$_fields}${_files:+,\"file\":$_files}"
	_instances="${_instances:+$_instances,}$(_procd_quote "$_instance"):{$_body}"
}

# procd_add_instance COMMAND [ARGUMENTS]
procd_add_instance() {
	procd_open_instance
	procd_set_param command "$@"
	procd_close_instance
}

procd_close_service() {
	ubus call service "${1:-set}" \
		"{\"name\":\"$_service\",\"instances\":{$_instances},\"triggers\":[$_triggers]}"
}

_procd_trigger() { _triggers="${_triggers:+$_triggers,}$1"; }

# A change of one of these packages of the configuration runs `reload`, one second later.
procd_add_reload_trigger() {
	for _package; do procd_add_config_trigger config.change "$_package" "$initscript" reload; done
}

# procd_add_config_trigger EVENT PACKAGE PROGRAM [ARGUMENTS]
procd_add_config_trigger() {
	_event=$1 _package=$2
	shift 2
	_procd_trigger "[\"$_event\",[\"if\",[\"eq\",\"package\",\"$_package\"],$(_procd_array run_script "$@")],1000]"
}

# procd_add_interface_trigger EVENT INTERFACE PROGRAM [ARGUMENTS]
procd_add_interface_trigger() {
	_event=$1 _interface=$2
	shift 2
	_procd_trigger "[\"$_event\",[\"if\",[\"eq\",\"interface\",\"$_interface\"],$(_procd_array run_script "$@")],1000]"
}
procd_add_reload_interface_trigger() {
	procd_add_interface_trigger 'interface.*' "$1" "$initscript" reload
}

# procd_add_raw_trigger EVENT MILLISECONDS PROGRAM [ARGUMENTS]
procd_add_raw_trigger() {
	_event=$1 _delay=$2
	shift 2
	_procd_trigger "[\"$_event\",[$(_procd_array run_script "$@")],$_delay]"
}

procd_open_trigger() { :; }
procd_close_trigger() { :; }
procd_open_validate() { :; }
procd_close_validate() { :; }
procd_add_validation() { :; }

# Says that a package has changed, as reload_config does for what has.
procd_set_config_changed() {
	ubus call service event "{\"type\":\"config.change\",\"data\":{\"package\":\"$1\"}}"
}

# uci_load_validate PACKAGE TYPE SECTION FUNCTION OPTION:KIND[:DEFAULT]...: the options as variables,
# and FUNCTION told of the section and that all is well: what kind they are is not looked at.
uci_load_validate() {
	_validated=$1 _section=$3 _told=$4
	shift 4
	for _option; do
		_default=${_option#*:}
		case $_default in *:*) _default=${_default#*:} ;; *) _default= ;; esac
		_option=${_option%%:*}
		_value=$(uci -q get "$_validated.$_section.$_option") || _value=$_default
		eval "$_option=\$_value"
	done
	[ -z "$_told" ] || "$_told" "$_section" 0
}
procd_lock() { :; }
procd_kill() { ubus call service delete "{\"name\":\"$1\"${2:+,\"instance\":\"$2\"}}" 2>/dev/null; }
procd_send_signal() {
	ubus call service signal "{\"name\":\"$1\"${2:+,\"instance\":\"$2\"}${3:+,\"signal\":$3}}"
}

procd_running() {
	ubus -S call service list "{\"name\":\"$1\"}" | grep -q '"running":true'
}
