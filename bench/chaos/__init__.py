"""Chaos: the real bot is killed, starved and lied to in a small world, and afterwards the books are compared.

`company` has hands in the sandbox world, `fleet` runs and kills the bot, `databases` takes its database away, `load`
is the people at work, `troubles` the outside systems having a bad day, `boundaries` the moments around every outside
call; `books` reads both sides at the end and `reckoning` says what is lost, doubled, stuck or unexplained.
"""
