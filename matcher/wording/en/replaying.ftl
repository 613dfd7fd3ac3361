# Results held against what they were made from: other rule packs, and replayed bundles.
# Hashes, versions, amounts and names come as text.

## Verifying a result folder

verify-other-law = The result was judged by another version of the rule pack { $pack } ({ $then }) than the one installed ({ $here }): verdicts may differ. The awards were checked by the one installed.
verify-law-unstated = run.json does not say by which version of the rule pack { $pack } the result was judged. The awards were checked by the one installed ({ $here }).
verify-missing =
    { $count ->
        [one] { $files } is not there, and a result has it. Copy it from where this folder comes from, or write the result again with matcher match.
       *[other] { $files } are not there, and a result has them. Copy them from where this folder comes from, or write the result again with matcher match.
    }
verify-no-record = Without { $file }, nothing says of which round the awards are and by which rule they were made: they were checked by what this round and its own rule ask for.

## What a replay came to

replay-same =
    { $files ->
        [one] The same, byte for byte: run.json, but for timings, memory and versions.
       *[other] The same, byte for byte: all { $files } files of the result, but for timings, memory and versions in run.json.
    }
replay-same-awards = The same awards: who gets what does not change. Other things in the result differ, and that does not matter for the awards.
replay-same-without-awards = Both runs ended the same way, without awards. Other things in the record differ, and that does not matter for the outcome.
replay-no-answer = The replay ended before it had any awards, so that it says nothing of those recorded.
replay-not-promised = Other awards, which the recorded result did not rule out, for the reason that follows.
replay-other-awards = Other awards than recorded, although the recorded run was not stopped and started from nothing that is lost. It matters: other applicants or other amounts.
replay-claim-broken = It matters: something that the result or its replay claims does not stand.

replay-recorded-stopped = The recorded run was ended by { $reason }, and says itself that another run may end otherwise.
replay-recorded-cut = The clock cut short what the recorded run works out beside its awards, and it says itself that another run may end otherwise.
replay-stopped = The replay was ended by { $reason }. With more time, by --time-limit, it might end as recorded.
replay-cut = The clock cut short what the replay works out beside its awards. With more time, by --time-limit, it might end as recorded.
replay-start-lost = The recorded run started from the awards of an earlier result, which are not in the bundle.

## What was verified

replay-recorded-holds = The recorded awards hold: an independent verifier checked every constraint, and they are worth what the record says.
replay-recorded-none = The recorded run ended without awards ({ $status }).
replay-recorded-fails =
    { $findings ->
        [one] The recorded awards do NOT hold:
       *[other] The recorded awards do NOT hold, for { $findings } reasons:
    }
replay-replayed-holds = The awards of the replay hold.
replay-replayed-none = The replay ended without awards ({ $status }).
replay-another-round = The round has another hash ({ $now }) than the one that the run was made of ({ $then }), and the program is the same: the round in the bundle is not that one.
replay-recorded-overstated = The recorded awards are worth less than the record says, in { $level }: { $reached }, not { $stated }.
replay-recorded-own-bound = The recorded awards themselves reach more than the record says is possible, in { $level }: { $reached }, where the record holds { $bound } to be the best there is.
replay-recorded-bound = The replay reached more than the recorded result says is possible, in { $level }: { $reached }, where the record holds { $bound } to be the best there is.
replay-replayed-bound = The recorded awards reach more than the replay says is possible, in { $level }: { $reached }, where the replay holds { $bound } to be the best there is.
replay-recorded-infeasible = The record says that no awards are possible, and the replay found some.
replay-replayed-infeasible = The replay says that no awards are possible, and those recorded hold.

## Which of the two is better

replay-worth-same = Both are worth the same in every objective.
replay-worth-lower-levels = Targets and merit are the same to the last unit; the two differ in { $level }: recorded { $recorded }, now { $replayed }.
replay-worth-recorded-better = The recorded awards are better in { $level }: { $recorded }, now { $replayed }. That lies within what the replay left unproven.
replay-worth-replayed-better = The replay is better in { $level }: recorded { $recorded }, now { $replayed }. That lies within what the record left unproven.
replay-worth-recorded-better-rule = The recorded awards are better in { $level }: { $recorded }, now { $replayed }. The rule proves no bound for it.
replay-worth-replayed-better-rule = The replay is better in { $level }: recorded { $recorded }, now { $replayed }. The rule proves no bound for it.

replay-level-L1 = the shortfall of targets of priority { $key }
replay-level-L2 = merit
replay-level-L2-tier = the merit of tier { $key }
replay-level-L2-blank = the merit of proposals without a tier
replay-level-L3 = preferred payers
replay-level-L4 = the number of grants

## What differs in the files

replay-file-lost = { $file } is recorded and was not written now.
replay-file-new = { $file } was written now and is not recorded.
replay-file-bytes = { $file } says the same in other bytes ({ $recorded }, now { $replayed }).
replay-key-changed = { $file }, { $column }: recorded “{ $recorded }”, now “{ $replayed }”.
replay-key-lost = { $file }, { $column }: recorded, and not there now.
replay-key-new = { $file }, { $column }: not recorded, and there now.
replay-cell-changed = { $file }, { $row }, { $column }: recorded “{ $recorded }”, now “{ $replayed }”.
replay-row-changed = { $file }, { $row }: recorded “{ $recorded }”, now “{ $replayed }”.
replay-row-lost = { $file }, { $row }: recorded “{ $recorded }”, and not there now.
replay-row-new = { $file }, { $row }: “{ $replayed }” now, and not recorded.
replay-more =
    { $more ->
        [one] { $file }: one more difference, which --json shows.
       *[other] { $file }: { $more } more differences, which --json shows.
    }

## What is different about where it ran

replay-around-nothing = Nothing is known to be different about where it ran: the recorded files may have been edited after the run.
replay-around-version = { $name } was { $then }, and is { $now } here.
replay-around-version-new = { $name } is { $now } here, and was not there then.
replay-around-version-gone = { $name } was { $then }, and is not here.
replay-around-platform = The bundle was made on { $then }; this is { $now }.
replay-around-program = The files of the program itself are others than where the bundle was made ({ $then }, here { $now }).
replay-around-input = The { $name } has another hash as this version reads it: { $then }, now { $now }.
replay-around-warnings =
    { $now ->
        [one] Reading the round warned of one thing in other words when it was run.
       *[other] Reading the round warned of { $now } things in other words when it was run.
    }
replay-around-option = The time limit was { $then } seconds, and { $now } for the replay.

## Making a bundle

bundle-written =
    { $packs ->
        [0] The bundle lies at { $out }: { $members } files, { $size }, no rule packs. Replay it with: matcher replay { $out }
        [one] The bundle lies at { $out }: { $members } files, { $size }, one rule pack among them. Replay it with: matcher replay { $out }
       *[other] The bundle lies at { $out }: { $members } files, { $size }, { $packs } rule packs among them. Replay it with: matcher replay { $out }
    }
bundle-broken =
    { $count ->
        [one] The awards in it break a constraint of the round: a replay will say which, and end with exit code 6.
       *[other] The awards in it break { $count } constraints of the round: a replay will say which, and end with exit code 6.
    }
bundle-stale = The awards in it are not worth what its run.json says: a replay will show that.
bundle-start-lost = The run started from an earlier result, and its awards are not in the bundle: a replay need not be the same. Name that result with --warm-start to put them in.
bundle-other-words = The run warned of other things as it read the round, or in other words: a replay will show that as a difference.
bundle-not-reproducible = The clock or an interrupt took part in the run: a replay need not be the same, and will verify the recorded awards.
bundle-other-file = { $out } exists and is no bundle, so it is left alone. Choose another name for the file.
