# What is said of questions asked from Python.
asking-in-packs = is in a rule pack, which is no part of a round.
asking-in-packs-remedy = Ask for it by what_if.
asking-below-nought = is a number below 0, which may be meant as the new value or as less by so much.
asking-below-nought-remedy = Write it in quotes for less by so much.
# $value is what was given instead.
asking-no-edits = says nothing of what is to be otherwise.
asking-no-edits-remedy = Write a path and a value, as {"{"}"pools.P07.budget": "x2"{"}"}.
asking-no-path = is no path.
asking-no-path-remedy = Write it as a text, like "pools.P07.budget".
asking-beside = stands beside { $keys }.
asking-beside-remedy = Put it below set.
asking-extends = is for scenario files.
asking-extends-remedy = Build on another mapping with {"{"}**other, …{"}"}.
asking-set-nothing = holds no paths.
asking-set-nothing-remedy = Write {"{"}"pools.P07.budget": "x2"{"}"}.
asking-add-nothing = names no table.
asking-add-nothing-remedy = Write {"{"}"pools": [{"{"}"pool_id": "P90", …{"}"}]{"}"}.
asking-no-row = is no row.
asking-no-row-remedy = Write {"{"}"pool_id": "P90", …{"}"}.
asking-drop-nothing = names no rows.
asking-drop-nothing-remedy = Write a path or a list of paths, like "pools.P07".
asking-name-of-base = is the name of the base.
asking-name-of-another = is the name of another scenario, but for capitals: { $other }.
asking-name-of-file = is the name of a file that is written beside the scenarios.
asking-name-too-long = is too long for a folder's name.
asking-no-name = is no name for a folder: letters, digits, dots, dashes and underscores are.
asking-name-remedy = Give another.

# Several ids given as one. $told is the options as they are to be written.

each-by-itself = Several are given each by an option of its own: { $told }
one-at-a-time = Ask of one at a time.
