# Results held against what they were made from: other rule packs, and replayed bundles.
# Hashes, versions, amounts and names come as text.

## Verifying a result folder

verify-other-law = The result was judged by another version of the rule pack { $pack } ({ $then }) than the one installed ({ $here }): verdicts may differ. The awards were checked by the one installed.
verify-law-unstated = run.json does not say by which version of the rule pack { $pack } the result was judged. The awards were checked by the one installed ({ $here }).
