"""The benchmark: the installed command on real archives, beside a floor and named peers.

    make bench              everything, as docs/benchmarks.md shows it
    python -m tests.bench --quick --out FILE

Every input is generated. Everything lies in one folder, which is removed at the end.
"""
