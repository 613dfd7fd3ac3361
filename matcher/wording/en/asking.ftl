# What is said of questions asked from Python.
asking-in-packs = is in a rule pack, which is no part of a round.
asking-in-packs-remedy = Ask for it by what_if.
asking-below-nought = is a number below 0, which may be meant as the new value or as less by so much.
asking-below-nought-remedy = Write it in quotes for less by so much.
asking-name-of-base = is the name of the base.
asking-name-of-file = is the name of a file that is written beside the scenarios.
asking-name-too-long = is too long for a folder's name.
asking-no-name = is no name for a folder: letters, digits, dots, dashes and underscores are.
asking-name-remedy = Give another.

# Several ids given as one. $told is the options as they are to be written.

each-by-itself = Several are given each by an option of its own: { $told }
one-at-a-time = Ask of one at a time.
