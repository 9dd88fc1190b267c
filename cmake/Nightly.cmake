# Tests that are left to the nights (scripts/test --all): each takes a quarter of a minute or more of an idle CPU, and something quick
# of what it proves stays in a merge. Names are regular expressions; where tests are defined, iopath_label_nights is deferred.
set(IOPATH_NIGHTLY
	addition-.*
	arch-all-seven
	arch-ordered-is-what-executes-a-barrier
	check-an-interrupted-check-keeps-what-was-judged
	check-edges-by-read-modify-write-leave-no-call-out
	check-fifos-see-one-address
	check-one-verdict-in-the-same-words-everywhere
	check-verdicts-are-those-of-list
	check-words-are-for-devices-with-words
	ci-a-pull-request-is-judged
	ci-lava-gets-the-results
	"compile-fail-(row-10-widths|row-43-grid|optimisation-levels)"
	disassembly-each-way-accesses-once-clang
	fuzz-campaign
	fuzz-clusterfuzzlite
	fuzz-finding-round-trip
	fuzz-mutants-smoke
	fuzz-nightly
	fuzz-tests-find-all-exchanged-operators
	"gate-device-(no-other-width-is-measured|what-was-there-is-put-back)"
	help-is-true-of-check
	install-each-header-links
	install-headers-compile-alone
	judge-arch-all-calls-are-judged
	layering-a-wrong-include-is-found
	"legality-(large|move)"
	"legality-(toio|fromio|set|move)-full"
	"legality-(toio|fromio|set|move|large)-O3"
	legality-sizes-huge
	module-a-hang-is-ended
	"module-check-(a-condition-is-one-that-was-seen|what-is-wrong-is-found)"
	module-examples-dpdk-is-judged-unchanged
	"module-fuzz-(a-fault-of-each-thousandth-call-is-found|findings-run-without-iopath|libfuzzer-finds-the-same|afl-finds-them-too)"
	module-verdicts-what-is-wrong-is-shown
	"package-a-(clean-root-runs-it|moved-prefix-works)"
	package-your-code-is-what-the-tutorial-shows
	"proof-contracts.*"
	proof-fifo.*
	proof-runs.*
	proof-sets.*
	"proof-strict.*"
	row-51-chain-lost-is-found)

function(iopath_label_nights)
	get_property(tests DIRECTORY PROPERTY TESTS)
	foreach(name IN LISTS IOPATH_NIGHTLY)
		set(labelled ${tests})
		list(FILTER labelled INCLUDE REGEX "^(${name})$")
		if(labelled)
			set_property(TEST ${labelled} APPEND PROPERTY LABELS slow nightly)
		endif()
	endforeach()
endfunction()
