"""``python -m zhiheng`` is the command ``zhiheng``."""

from zhiheng.cli import main

main()
