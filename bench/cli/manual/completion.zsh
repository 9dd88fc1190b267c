
_iopath_cells()
{
	local -a cells
	cells=(${(f)"$(_call_program cells ${(q)program} list 2>/dev/null | sed '1d; s/ .*//')"})
	compadd -a cells
}

_iopath_devices()
{
	local -a devices
	devices=(/sys/bus/pci/devices/*(N:t))
	compadd -a devices
}

_iopath()
{
	local program=$words[1] curcontext=$curcontext state line
	_arguments -C '(- *)'{-h,--help}'[print help]' '(- *)--version[print version, commit, compiler and architecture]' \
		'1:command:->command' '*::argument:->argument'
	case $state in
	command) _describe command _iopath_commands ;;
	argument) _iopath_takes $words[1] ;;
	esac
}

_iopath "$@"
