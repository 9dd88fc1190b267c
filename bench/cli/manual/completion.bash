
# Candidates for a value of kind $1 that starts with $2, one a line.
_iopath_values()
{
	case $1 in
	words:*) compgen -W "${1#words:}" -- "$2" ;;
	files) compgen -f -- "$2" ;;
	folders) compgen -d -- "$2" ;;
	cells) compgen -W "$("$program" list 2>/dev/null | sed '1d; s/ .*//')" -- "$2" ;;
	devices) compgen -W "$(ls /sys/bus/pci/devices 2>/dev/null)" -- "$2" ;;
	esac
}

# The kind of the argument beside options at place $1, among what the command takes: lines on stdin.
_iopath_argument()
{
	local name kind
	while read -r name kind; do
		if [ "$name" = "$1" ] || [ "$name" = ... ]; then
			echo "$kind"
			return
		fi
	done
}

_iopath()
{
	local program=${COMP_WORDS[0]} line=${COMP_LINE:0:COMP_POINT} command current previous takes kind place=0 index name
	local -a words
	# bash splits words at = and : too, which cells and PCI functions have in their names.
	read -r -a words <<<"$line"
	[[ $line == *[[:blank:]] ]] && words+=('')
	current=${words[-1]} previous=${words[-2]} command=${words[1]}
	COMPREPLY=()
	if [ ${#words[@]} -le 2 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$_iopath_commands --help --version" -- "$current")
		return
	fi
	takes=$(_iopath_takes "$command")
	if [[ $current == --*=* ]]; then
		previous=${current%%=*} current=${current#*=}
	fi
	kind=$(sed -n "s/^$previous //p" <<<"$takes")
	if [[ $previous != -* || -z $kind ]]; then
		kind=
		if [[ $current == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$(sed -n 's/^\(-[^ ]*\).*/\1/p' <<<"$takes")" -- "$current")
			return
		fi
		# How many arguments stand before this one: what is neither an option nor its value.
		for ((index = 2; index < ${#words[@]} - 1; index++)); do
			name=${words[index]}
			if [[ $name != -* ]]; then
				place=$((place + 1))
			elif grep -q "^$name " <<<"$takes"; then
				index=$((index + 1))
			fi
		done
		kind=$(_iopath_argument "$place" <<<"$takes")
	fi
	mapfile -t COMPREPLY < <(_iopath_values "$kind" "$current")
	if [[ $kind == files || $kind == folders ]]; then
		compopt -o filenames 2>/dev/null
	fi
	# Of what bash takes for words of their own it keeps all but the last.
	if [[ $current == *[=:]* && $COMP_WORDBREAKS == *[=:]* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${current%"${current##*[=:]}"}"}")
	fi
}

complete -F _iopath iopath
