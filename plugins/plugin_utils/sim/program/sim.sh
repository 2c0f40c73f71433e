# shellcheck shell=sh disable=SC2030,SC2031,SC2034 # sim_left and the like are for whoever reads this with `.`
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Whether a PIN may be tried is decided here and nowhere else: for tasks, for netifd (gcom.sh), for the monitor.
# A PIN is tried when the SIM asks for it, when at least two tries are left, and once. To be read with `.`
# behind at.sh.
#
# The memory is a folder on flash with a file for each note, so that a note comes, changes and goes in one step and
# an old backup that is laid over it takes nothing away. No rollback touches it (guard/program/restore.sh). A note is
#   tried SALT CARD PIN LEFT   the PIN is about to be sent, with so many tries left; what came of it is not known
#   refused SALT CARD PIN      the card has refused the PIN
# CARD and PIN are hashes of the salt with either; CARD is `-` where the number could not be read. Where either the
# note or the SIM has no number, it may be that card. LEFT is `-` where the modem does not tell.

: "${SIM_MEMORY:=/etc/fleet-sim}" "${SIM_KEEP:=/lib/upgrade/keep.d/fleet-sim-memory}" "${SIM_PAUSE:=2}"

# Exit statuses of sim_unlock beside those of at_say; with 0 the SIM is ready.
SIM_REFUSED=80 SIM_REMEMBERED=81 SIM_PUK=82 SIM_FEW=83 SIM_UNKNOWN=84 SIM_ABSENT=85 SIM_UNUSABLE=86
SIM_UNANSWERED=87 SIM_UNNOTED=88

# Tries that every SIM begins with (3GPP TS 31.101, 9.5.1) and gives back for a right PIN.
SIM_TRIES=3

# How many notes are kept.
SIM_NOTES=64

# sim_unlock PORT LEAST [bring-up]: tries $SIM_PIN where at least that many tries are left; LEAST `any` also tries it
# where the modem does not count, unless the card has refused anything yet. Prints a word, and how many tries are left
# (`-` where the modem does not tell): ready, unlocked, refused_now, remembered, puk, few_retries, unknown_retries,
# absent, unusable, unanswered (no try was spent), unclear (perhaps one was), malformed, or not_noted for a PIN that was
# not sent because that could not be noted down.
sim_unlock() (
	sim_decide "$@" || exit
	[ "$sim_word" != may_try ] || sim_try "$1"
)

# sim_ask PORT LEAST: what a bring-up would end with, or may_try; nothing is tried. With an empty $SIM_PIN what the SIM
# waits for: ready, pin, puk, absent, busy or unusable.
sim_ask() (
	if [ -n "$SIM_PIN" ]; then
		sim_decide "$1" "$2" bring-up || exit
		[ "$sim_word" != may_try ] || sim_end 0 may_try
	else
		sim_lock && sim_look "$1" && sim_end 0 "$sim_state"
	fi
)

# sim_decide PORT LEAST [bring-up]: sets sim_word; prints it and fails unless the PIN may be tried or nothing asks for
# it.
sim_decide() {
	sim_word=
	sim_is_pin "$SIM_PIN" || sim_end $SIM_UNUSABLE malformed || return
	sim_lock && sim_look "$1" || return
	sim_settle
	case $sim_state in
		unusable | busy) sim_end $SIM_UNUSABLE unusable || return ;;
		puk) sim_end $SIM_PUK puk || return ;;
	esac
	# An open SIM is sent nothing, so that for a bring-up it does not matter what it would say.
	[ "$sim_state ${3-}" = 'ready bring-up' ] || ! sim_remembers "$SIM_PIN" "$sim_state" ||
		sim_end $SIM_REMEMBERED remembered || return
	case $sim_state in
		ready) sim_end 0 ready ;;
		absent) sim_end $SIM_ABSENT absent ;;
		pin) sim_enough "$2" && sim_word=may_try ;;
	esac
}

sim_enough() { # LEAST
	if [ -n "$sim_left" ]; then
		sim_least=$1
		[ "$sim_least" -ge 2 ] 2> /dev/null || sim_least=2
		[ "$sim_left" -ge "$sim_least" ] || sim_end $SIM_FEW few_retries
	elif [ "$1" != any ] || sim_has_history; then
		sim_end $SIM_UNKNOWN unknown_retries
	fi
}

# sim_try PORT: after sim_decide. The note stands before the PIN is sent, and goes only when the PIN was accepted or
# has cost no try.
sim_try() {
	# A try that ends in the middle leaves its outcome open.
	trap '' HUP INT TERM
	sim_note tried "$SIM_PIN" || sim_end $SIM_UNNOTED not_noted || return
	sim_before=$sim_left
	sim_answer=$(at_say "$1" 20 "AT+CPIN=\"$SIM_PIN\"" | sim_read_result)
	case $sim_answer in
		OK) sim_state=ready sim_left=$SIM_TRIES ;;
		*) sim_look "$1" 2> /dev/null ;;
	esac
	case $(sim_outcome) in
		accepted) sim_drop "$sim_file" && sim_others_are_wrong && sim_end 0 unlocked ;;
		refused) sim_refuse "$sim_file" && sim_end $SIM_REFUSED refused_now ;;
		untouched) sim_drop "$sim_file" && sim_end $SIM_UNANSWERED unanswered ;;
		no_answer) sim_end $SIM_UNANSWERED unanswered ;;
		*) sim_end $SIM_UNANSWERED unclear ;;
	esac
}

# The last line, in capitals.
sim_read_result() {
	awk '{ line = toupper($0) } END { sub(/^\+CME ERROR: */, "+CME ERROR: ", line); print line }'
}

# What came of a try. An answer that was lost is not the end of it: the counter may be late.
sim_outcome() {
	case $sim_state:$sim_answer in
		ready:*) echo accepted ;;
		puk:* | *:'+CME ERROR: 16' | *:'+CME ERROR: INCORRECT PASSWORD') echo refused ;;
		pin:'+CME ERROR: 14' | pin:'+CME ERROR: SIM BUSY') echo untouched ;;
		pin:*)
			case ${sim_left:-?}:${sim_before:-?}:$sim_answer in
				*[?]:*ERROR*) echo refused ;;
				*[?]:*) ;;
				"$sim_before:$sim_before:"*) echo no_answer ;;
				*) echo refused ;;
			esac
			;;
	esac
}

# sim_gate PORT: instead of netifd's setpin.gcom, which sends $SIM_PIN whatever it has cost before. Says why not, and
# fails. As there the radio is switched on, a SIM that is not ready yet gets three more looks, and one that asks for
# its PUK is left to the steps behind.
sim_gate() (
	sim_said=$(at_say "$1" 10 'AT+CPIN?' AT+CFUN=1 2> /dev/null)
	[ "$(printf '%s\n' "$sim_said" | sim_read_state)" != ready ] || return 0
	sim_rounds=0
	while :; do
		sim_said=$(sim_unlock "$1" any bring-up)
		sim_rounds=$((sim_rounds + 1))
		case ${sim_said%% *} in
			absent | unusable | unanswered) [ $sim_rounds -le 3 ] || break ;;
			*) break ;;
		esac
		sleep $((6 * SIM_PAUSE))
	done
	printf '%s\n' "$sim_said" > "$AT_RAM/sim.gate"
	case ${sim_said%% *} in ready | unlocked | puk) return 0 ;; esac
	echo "The PIN was not accepted or not sent: ${sim_said:-the modem cannot be asked}."
	return 1
)

# sim_recall [PORT]: whether $SIM_PIN is known to be refused, as far as the card's number can be read. Prints
# remembered and fails, or prints unknown. With $SIM_MARKED set an empty memory is `forgotten`.
sim_recall() (
	sim_card='' sim_left='' sim_state=''
	sim_lock || exit
	if [ -n "${1-}" ] && sim_look "$1" 2> /dev/null; then sim_settle; fi
	! sim_remembers "$SIM_PIN" "$sim_state" || sim_end $SIM_REMEMBERED remembered || exit
	if [ -n "${SIM_MARKED-}" ] && ! sim_has_history; then sim_end $SIM_REMEMBERED forgotten || exit; fi
	sim_end 0 unknown
)

# sim_condemn PORT: remembers $SIM_PIN, which somebody else has tried, unless the SIM has not refused it: it is
# open, gone, or no try was spent. Prints how many tries are left. Fails with 1 where nothing was refused.
sim_condemn() (
	sim_lock && sim_look "$1" || exit
	sim_settle
	case $sim_state in pin | puk) ;; *) exit 1 ;; esac
	if ! sim_remembers "$SIM_PIN" "$sim_state"; then
		# What netifd sends goes through sim_gate, which has noted it.
		[ ! -e "$AT_RAM/sim.gate" ] && [ "$sim_left" != $SIM_TRIES ] && sim_note refused "$SIM_PIN" || exit 1
	fi
	printf '%s\n' "${sim_left:--}"
)

# sim_look PORT: sets sim_state (ready, pin, puk, absent, busy, unusable), sim_left and sim_card, the latter
# two empty where the modem does not tell. The counters are those of Huawei, 3GPP TS 27.007 (8.65), Quectel,
# Sierra and ZTE; of several the lowest counts.
sim_look() {
	for sim_ignored in 1 2 3 4 5; do
		sim_said=$(at_say "$1" 10 'AT+CPIN?' 'AT^CPIN?' 'AT+CPINR="SIM PIN"' 'AT+QPINC="SC"' 'AT+CPINC?' \
			'AT+ZPINPUK=?' 'AT^ICCID?' 'AT+CCID' 'AT+QCCID' 'AT+ZICCID?' 'AT!ICCID?')
		sim_status=$?
		sim_state=$(printf '%s\n' "$sim_said" | sim_read_state)
		sim_left=$(printf '%s\n' "$sim_said" | sim_read_left)
		sim_card=$(printf '%s\n' "$sim_said" | sim_read_card)
		[ "$sim_state" = busy ] || break
		sleep "$SIM_PAUSE"
	done
	[ -n "$sim_state" ] && return
	sim_state=unusable
	[ "$sim_status" = 0 ] || return "$sim_status"
}

# What AT+CPIN? was answered; of several lines the last, for the modem may have said so unasked before. PIN2 and PUK2
# guard nothing that a connection needs.
sim_read_state() {
	awk '
		/^@ 2$/ { exit }
		{ line = tolower($0); gsub(/"/, "", line); sub(/: */, ": ", line) }
		line ~ /^error/ && state == "" { state = "unusable" }
		line !~ /^\+cpin: / && line !~ /^\+cme error/ { next }
		line ~ /^\+cpin: (ready|sim p[iu][nk]2)/ { state = "ready"; next }
		line ~ /^\+cpin: sim pin/ || line ~ /^\+cme error: (11$|sim pin)/ { state = "pin"; next }
		line ~ /^\+cpin: sim puk/ || line ~ /^\+cme error: (12$|sim puk)/ { state = "puk"; next }
		line ~ /^\+cpin: not inserted/ || line ~ /^\+cme error: (10$|sim not inserted)/ { state = "absent"; next }
		line ~ /^\+cpin: not ready/ || line ~ /^\+cme error: (14$|sim busy)/ { state = "busy"; next }
		{ state = "unusable" }
		END { if (state != "") print state }'
}

sim_read_left() {
	awk '
		function least(text) {
			if (text ~ /^[0-9]+$/ && (left == "" || text + 0 < left)) left = text + 0
		}
		{ name = $0; sub(/:.*/, "", name); rest = $0; sub(/^[^:]*: */, "", rest); gsub(/"/, "", rest)
			split("", field); split(rest, field, / *, */) }
		name == "^CPIN" { least(field[4]); if (field[1] == "SIM PIN") least(field[2]) }
		name == "+CPINR" && field[1] == "SIM PIN" { least(field[2]) }
		name == "+QPINC" && field[1] == "SC" { least(field[2]) }
		name == "+CPINC" || name == "+ZPINPUK" { least(field[1]) }
		END { print left }'
}

# The card has 18 to 20 digits; some modems show a filling behind them, or the digits of each pair the other way round.
# Every number begins with 89. A short message that comes in between is a long number as well.
sim_read_card() {
	awk '
		/^@ 7$/ { begun = 1 }
		begun {
			gsub(/[^0-9A-Fa-f]/, " ")
			for (n = 1; n <= NF; n++)
				if ($n ~ /^(89|98)/ && length($n) >= 18 && length($n) <= 22) { print plain(toupper($n)); exit }
		}
		function plain(number, turned) {
			if (number ~ /^98/)
				for (turned = ""; number != ""; number = substr(number, 3))
					turned = turned substr(number, 2, 1) substr(number, 1, 1)
			if (turned != "") number = turned
			sub(/F+$/, "", number)
			return number
		}'
}

sim_is_pin() {
	case $1 in
		*[!0-9]* | ????????? | ?????????*) return 1 ;;
		????*) return 0 ;;
		*) return 1 ;;
	esac
}

# One at a time, until this shell ends.
sim_lock() {
	(umask 077 && mkdir -p "$AT_RAM") || return
	exec 7>> "$AT_RAM/sim.lock"
	flock 7
}

sim_end() { # STATUS WORD
	sim_word=$2
	printf '%s %s\n' "$2" "${sim_left:--}"
	return "$1"
}

# --- what was tried and refused --------------------------------------------------------------------

# printf is part of the shell: nothing of this is in an argv.
sim_hash() {
	sim_digest=$(printf '%s' "$*" | sha256sum)
	printf '%s\n' "${sim_digest%% *}"
}

# sim_each COMMAND...: runs it for each note, with sim_file, sim_kind and the note's fields; ends with 0 as soon as it
# does, else with 1.
sim_each() {
	for sim_file in "$SIM_MEMORY"/refused*; do
		[ -f "$sim_file" ] || continue
		while read -r sim_kind sim_salt sim_hashed sim_pin sim_then; do
			case $sim_kind in
				tried | refused) ;;
				# As they were written before: the salt, the card, card and PIN in one.
				????????????????????????????????) sim_then=$sim_hashed sim_hashed=$sim_salt sim_salt=$sim_kind sim_kind=old ;;
				*) continue ;;
			esac
			! "$@" || return 0
		done < "$sim_file"
	done
	return 1
}

# The note is, or may be, of the card in the modem.
sim_may_be_card() {
	[ -z "$sim_card" ] || [ "$sim_hashed" = - ] || [ "$sim_hashed" = "$(sim_hash "$sim_salt" "$sim_card")" ]
}

# sim_remembers PIN STATE: a try of which nothing is known counts as well, unless the SIM is open: it may have been
# this PIN that has opened it.
sim_remembers() {
	sim_each sim_forbids "$1" "$2"
}

sim_forbids() { # PIN STATE
	case $sim_kind:$2 in
		old:*)
			[ "$sim_then" = "$(sim_hash "$sim_salt" "$sim_card" "$1")" ] ||
				[ "$sim_then" = "$(sim_hash "$sim_salt" '' "$1")" ]
			;;
		tried:ready) return 1 ;;
		*) [ "$sim_pin" = "$(sim_hash "$sim_salt" "$1")" ] && sim_may_be_card ;;
	esac
}

# Whether the card in the modem, or one that may be it, has refused anything.
sim_has_history() {
	sim_each sim_may_be_card
}

# After sim_look: what became of tries that were cut off. The counter has fallen where the PIN was sent.
sim_settle() {
	sim_each sim_settle_one
	return 0
}

sim_settle_one() {
	[ "$sim_kind" = tried ] && sim_may_be_card || return 1
	case $sim_state:$sim_left:$sim_then in
		puk:*) sim_refuse "$sim_file" ;;
		pin:[0-9]*:[0-9]*)
			if [ "$sim_left" -lt "$sim_then" ]; then
				sim_refuse "$sim_file"
			else
				sim_drop "$sim_file"
			fi
			;;
	esac
	return 1
}

# A card that has accepted one PIN refuses all others, also those of which it was not known.
sim_others_are_wrong() {
	sim_each sim_is_wrong
	return 0
}

sim_is_wrong() {
	if [ "$sim_kind" = tried ] && sim_may_be_card; then sim_refuse "$sim_file"; fi
	return 1
}

# sim_note KIND PIN: sets sim_file.
sim_note() {
	sim_salt=$(head -c 32 /dev/urandom | sha256sum | cut -c 1-32)
	sim_hashed=-
	[ -z "$sim_card" ] || sim_hashed=$(sim_hash "$sim_salt" "$sim_card")
	sim_line="$1 $sim_salt $sim_hashed $(sim_hash "$sim_salt" "$2")"
	[ "$1" = refused ] || sim_line="$sim_line ${sim_left:--}"
	sim_number=1000
	for sim_file in "$SIM_MEMORY"/refused.*; do
		sim_file=${sim_file##*/refused.}
		sim_file=${sim_file%%.*}
		case $sim_file in
			*[!0-9]*) ;;
			?*) [ "$sim_file" -lt "$sim_number" ] || sim_number=$((sim_file + 1)) ;;
		esac
	done
	sim_file=$SIM_MEMORY/refused.$sim_number.$(printf '%.8s' "$sim_salt")
	printf '%s\n' "$sim_line" | sim_write "$sim_file" || return
	sim_prune
}

# Where that fails the note stays as it is, and forbids as much.
sim_refuse() { # FILE
	sed 's/^tried \([^ ]* [^ ]* [^ ]*\).*/refused \1/' "$1" | sim_write "$1" 2> /dev/null
	return 0
}

sim_drop() { # FILE
	rm -f "$1"
	sync
}

# Replaces a note with standard input.
sim_write() (
	umask 077
	mkdir -p "$SIM_MEMORY" && chmod 700 "$SIM_MEMORY" && rm -f "$SIM_MEMORY"/.new* && cat > "$SIM_MEMORY/.new" &&
		[ -s "$SIM_MEMORY/.new" ] && sync && mv -f "$SIM_MEMORY/.new" "$1" && sim_keep && sync
)

# The oldest go first.
sim_prune() {
	set -- "$SIM_MEMORY"/refused.*
	while [ $# -gt $SIM_NOTES ]; do
		rm -f "$1"
		shift
	done
}

# The memory and this line about it survive sysupgrade.
sim_keep() {
	if [ ! -s "$SIM_KEEP" ] && [ -d "${SIM_KEEP%/*}" ]; then
		(umask 022 && printf '%s/\n%s\n' "$SIM_MEMORY" "$SIM_KEEP" > "$SIM_KEEP") 2> /dev/null
	fi
	return 0
}
