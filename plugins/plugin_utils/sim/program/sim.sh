# shellcheck shell=sh disable=SC2034 # sim_left and the like are for whoever reads this with `.`
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A PIN is tried when the SIM asks for it, when at least two tries are left, and once. To be read with `.`
# behind at.sh. What a SIM has refused is remembered on flash as a salted hash over the card's number and
# the PIN, so that nobody tries it again: a line each of SALT, the card's hash and the pair's.

: "${SIM_MEMORY:=/etc/fleet-sim}" "${SIM_PAUSE:=2}"

# Exit statuses of sim_unlock beside those of at_say; with 0 the SIM is ready.
SIM_REFUSED=80 SIM_REMEMBERED=81 SIM_PUK=82 SIM_FEW=83 SIM_UNKNOWN=84 SIM_ABSENT=85 SIM_UNUSABLE=86
SIM_UNANSWERED=87

# Tries that every SIM begins with (3GPP TS 31.101, 9.5.1) and gives back for a right PIN.
SIM_TRIES=3

# sim_unlock PORT LEAST: tries $SIM_PIN where at least that many tries are left. Prints a word, and how many
# tries are left (`-` where the modem does not tell): ready, unlocked, refused_now, remembered, puk,
# few_retries, unknown_retries, absent, unusable, unanswered, malformed, or not_remembered for a refusal that
# could not be noted down.
sim_unlock() (
	least=$2
	[ "$least" -ge 2 ] 2> /dev/null || least=2
	sim_is_pin "$SIM_PIN" || sim_end $SIM_UNUSABLE malformed || exit
	sim_lock && sim_look "$1" || exit
	case $sim_state in
		ready) sim_end 0 ready ;;
		puk) sim_end $SIM_PUK puk ;;
		absent) sim_end $SIM_ABSENT absent ;;
		pin) sim_may_try "$least" && sim_try "$1" ;;
		*) sim_end $SIM_UNUSABLE unusable ;;
	esac
)

# sim_may_try LEAST: after sim_look.
sim_may_try() {
	! sim_remembers "$sim_card" "$SIM_PIN" || sim_end $SIM_REMEMBERED remembered || return
	[ -n "$sim_left" ] || sim_end $SIM_UNKNOWN unknown_retries || return
	[ "$sim_left" -ge "$1" ] || sim_end $SIM_FEW few_retries
}

# sim_try PORT: after sim_look. What is not accepted counts as refused, unless it has cost no try.
sim_try() {
	# A try that is broken off before it is noted down would be made again.
	trap '' HUP INT TERM
	sim_tried=$sim_card sim_before=$sim_left
	sim_answer=$(at_say "$1" 20 "AT+CPIN=\"$SIM_PIN\"" | tail -n 1)
	case $sim_answer in
		OK) sim_state=ready sim_left=$SIM_TRIES ;;
		*) sim_look "$1" 2> /dev/null ;;
	esac
	if [ "$sim_state" = ready ]; then
		sim_forget "$sim_tried"
		sim_end 0 unlocked
	elif [ "$sim_state $sim_left" = "pin $sim_before" ] && ! sim_says_wrong "$sim_answer"; then
		sim_end $SIM_UNANSWERED unanswered
	else
		sim_remember "$sim_tried" "$SIM_PIN" || sim_end $SIM_REFUSED not_remembered || return
		sim_end $SIM_REFUSED refused_now
	fi
}

sim_says_wrong() {
	case $1 in
		'+CME ERROR: 16' | '+CME ERROR: incorrect password') return 0 ;;
	esac
	return 1
}

# sim_condemn PORT: remembers $SIM_PIN, which somebody else has tried, unless the SIM has not refused it: it is
# open, gone, or no try was spent. Prints how many tries are left. Fails with 1 where nothing was refused.
sim_condemn() (
	sim_lock && sim_look "$1" || exit
	case $sim_state in
		pin) [ "$sim_left" != $SIM_TRIES ] || exit 1 ;;
		puk) ;;
		*) exit 1 ;;
	esac
	sim_remember "$sim_card" "$SIM_PIN" && printf '%s\n' "${sim_left:--}"
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

# What AT+CPIN? was answered. PIN2 and PUK2 guard nothing that a connection needs.
sim_read_state() {
	awk '
		/^@ 2$/ { exit }
		/^\+CPIN: *(READY|SIM P[IU][NK]2)/ { print "ready"; exit }
		/^\+CPIN: *SIM PIN/ || /^\+CME ERROR: *(11$|SIM PIN)/ { print "pin"; exit }
		/^\+CPIN: *SIM PUK/ || /^\+CME ERROR: *(12$|SIM PUK)/ { print "puk"; exit }
		/^\+CME ERROR: *(10$|SIM not inserted)/ { print "absent"; exit }
		/^\+CME ERROR: *(14$|SIM busy)/ { print "busy"; exit }
		/^\+CPIN:/ || /^\+CME ERROR/ || /^ERROR/ { print "unusable"; exit }'
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

# The card has 18 to 20 digits, some modems show a filling behind them.
sim_read_card() {
	awk '
		/^@ 7$/ { begun = 1 }
		begun {
			gsub(/[^0-9A-Fa-f]/, " ")
			for (n = 1; n <= NF; n++) if (length($n) >= 18) { print $n; exit }
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
	printf '%s %s\n' "$2" "${sim_left:--}"
	return "$1"
}

# --- what was refused ----------------------------------------------------------------------------

# printf is part of the shell: nothing of this is in an argv.
sim_hash() {
	printf '%s' "$*" | sha256sum | cut -d ' ' -f 1
}

# sim_remembers CARD PIN
sim_remembers() {
	[ -e "$SIM_MEMORY/refused" ] || return
	while read -r sim_salt sim_ignored sim_pair; do
		[ "$(sim_hash "$sim_salt" "$1" "$2")" != "$sim_pair" ] || return 0
	done < "$SIM_MEMORY/refused"
	return 1
}

# sim_remember CARD PIN
sim_remember() {
	! sim_remembers "$1" "$2" || return 0
	sim_salt=$(head -c 32 /dev/urandom | sha256sum | cut -c 1-32)
	{
		tail -n 31 "$SIM_MEMORY/refused" 2> /dev/null
		printf '%s %s %s\n' "$sim_salt" "$(sim_hash "$sim_salt" "$1")" "$(sim_hash "$sim_salt" "$1" "$2")"
	} | sim_write
}

# sim_forget CARD: all that was refused by a card which has accepted another PIN.
sim_forget() {
	[ -e "$SIM_MEMORY/refused" ] || return 0
	sim_kept=$(while read -r sim_salt sim_hashed sim_pair; do
		[ "$(sim_hash "$sim_salt" "$1")" = "$sim_hashed" ] ||
			printf '%s %s %s\n' "$sim_salt" "$sim_hashed" "$sim_pair"
	done < "$SIM_MEMORY/refused")
	[ "$sim_kept" != "$(cat "$SIM_MEMORY/refused")" ] || return 0
	if [ -n "$sim_kept" ]; then
		printf '%s\n' "$sim_kept" | sim_write
	else
		rm -f "$SIM_MEMORY/refused"
	fi
}

# Replaces the memory with standard input.
sim_write() (
	umask 077
	mkdir -p "$SIM_MEMORY" && chmod 700 "$SIM_MEMORY" && cat > "$SIM_MEMORY/refused.new" &&
		mv -f "$SIM_MEMORY/refused.new" "$SIM_MEMORY/refused" && sync
)
