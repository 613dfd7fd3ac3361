# Two results side by side, and which change of the input caused which difference.
# Amounts, names, ids and lists come as text; numbers that words depend on as integers.

## What the comparison comes to

compare-title = What changes between two results
compare-same-round = Two results of the round { $title }.
compare-two-rounds = From { $before } to { $after }.
compare-proposals = { $in ->
    [0] { $out ->
        [0] The same proposals get money.
        [one] One proposal loses its money, and none comes in.
       *[other] { $out } proposals lose their money, and none comes in.
    }
    [one] { $out ->
        [0] One proposal comes in, and none goes out.
        [one] One proposal comes in and one goes out.
       *[other] One proposal comes in and { $out } go out.
    }
   *[other] { $out ->
        [0] { $in } proposals come in, and none goes out.
        [one] { $in } proposals come in and one goes out.
       *[other] { $in } proposals come in and { $out } go out.
    }
}
compare-amounts = { $changed ->
    [0] Those that get money in both get the same from the same pools.
    [one] Of those that get money in both, one gets another amount or is paid by other pools.
   *[other] Of those that get money in both, { $changed } get other amounts or are paid by other pools.
}
compare-placed-more = { $amount } more is placed.
compare-placed-less = { $amount } less is placed.
compare-placed-same = As much money is placed.
compare-currencies = The rounds count in different currencies, { $before } and { $after }: amounts stand side by side and are not set off against each other.
compare-only-before = { $count ->
    [one] One proposal is in the earlier round only: { $names }.
   *[other] { $count } proposals are in the earlier round only: { $names }.
}
compare-only-after = { $count ->
    [one] One proposal is in the later round only: { $names }.
   *[other] { $count } proposals are in the later round only: { $names }.
}
compare-no-plan-before = The earlier round ended without awards ({ $status }).
compare-no-plan-after = The later round ended without awards ({ $status }).
compare-not-proven = { $side ->
    [both] Neither result is proven best without a gap: differences within the gaps may mean nothing.
    [before] The earlier result is not proven best without a gap: differences within the gap may mean nothing.
   *[after] The later result is not proven best without a gap: differences within the gap may mean nothing.
}
compare-differing-rounds = { $count ->
    [0] The rounds are the same.
    [one] The rounds differ in one place.
   *[other] The rounds differ in { $count } places.
}
compare-idle = { $count ->
    [one] One of these differences, a name or what may be shown, decides nothing.
   *[other] { $count } of these differences, names or what may be shown, decide nothing.
}

## Figures

compare-figure-placed = Money placed
compare-figure-on-offer = Money on offer
compare-figure-funded = Proposals with money
compare-figure-average-score = Average score
compare-none = –

## Headings and columns

compare-heading-totals = The whole
compare-heading-changed = What was changed
compare-heading-in = Come in
compare-heading-out = Go out
compare-heading-amounts = Other amounts or payers
compare-heading-pools = Money by pool
compare-heading-regions = Money by region
compare-heading-groups = Money by group
compare-heading-organisations = Who gains and who loses
compare-heading-targets = Targets
compare-heading-parts = Each change's part
compare-heading-vouch = What this rests on
compare-column-figure = Figure
compare-column-proposal = Proposal
compare-column-pool = Pool
compare-column-region = Region
compare-column-group = Group
compare-column-organisation = Organisation
compare-column-target = Target
compare-column-before = Before
compare-column-after = After
compare-column-difference = Difference
compare-column-score = Score
compare-column-amount = Amount
compare-column-limit = Limit
compare-column-outcome = Outcome
compare-column-change = Change
compare-amounts-in = amounts in { $currency }
compare-by-share = A proposal of several regions counts in each by its shares.
compare-in-full = A proposal that serves several groups counts in full in each.
compare-nobody-in = No proposal comes in.
compare-nobody-out = No proposal goes out.
compare-more-rows = { $count ->
    [one] One more stands in { $file }.
   *[other] { $count } more stand in { $file }.
}
compare-no-region = no region given
compare-no-group = no group given
compare-gone = not in the later round
compare-new = not in the earlier round
compare-held = held
compare-missed = missed
compare-held-both = held in both
compare-missed-both = missed in both
compare-now-held = missed before, held now
compare-now-missed = held before, missed now
compare-told-out = The whole comparison: { $path }
compare-told-more = { $count ->
    [one] and one more
   *[other] and { $count } more
}
compare-vouch-before = Earlier result
compare-vouch-after = Later result
compare-vouch-proven = proven best
compare-vouch-not-proven = not proven best without a gap

## What was changed

compare-change-cell = { $path }: { $before } → { $after }
compare-change-set = { $path }: nothing → { $after }
compare-change-blank = { $path }: { $before } → nothing
compare-change-added = { $path } is new
compare-change-dropped = { $path } is dropped
compare-change-several = { $name }: { $count } cells, such as { $example }
compare-change-pack = another version of the rule pack { $pack }
compare-change-joined = { $first }, together with { $others }
compare-change-confidential = something confidential

## Causes

cause-sole = Change { $change } alone.
cause-each = Changes { $changes }, each alone.
cause-joint = Changes { $changes }, only together.
cause-joint-or = Changes { $sets }, only together.
cause-found-set = Changes { $changes } together; whether fewer of them would do was not tried.
cause-mixed = Change { $sole } alone; also { $sets }, only together.
cause-amount-differs = The amount or the payers are then others than in the later result.
cause-unsettled = { $count ->
    [one] One difference is left without a cause: solved again, the round itself treats the proposal otherwise than the result does. It may be a tie, or come from how the results were made: { $names }.
   *[other] { $count } differences are left without a cause: solved again, the rounds themselves treat the proposals otherwise than the results do. They may be ties, or come from how the results were made: { $names }.
}
cause-unsettled-payers = { $count ->
    [one] In one of them only the payers are others.
   *[other] In { $count } of them only the payers are others.
}
cause-ties = { $count ->
    [one] One of the proposals is funded in some of the best plans of a round and not in others, so that its difference may be a tie: { $names }.
   *[other] { $count } of the proposals are funded in some of the best plans of a round and not in others, so that their differences may be ties: { $names }.
}
cause-exact = { $solved ->
    [0] Every combination of the changes was looked at.
    [one] Every combination of the changes was looked at, in one further solve.
   *[other] Every combination of the changes was looked at, in { $solved } further solves.
}
cause-approximate = There are too many changes for all combinations. Causes are the single changes, and for what none of them does alone a set that was found in { $solved } solves; parts are estimates from orders drawn at random, with their standard errors.
cause-unproven = { $count ->
    [one] One of the solves is not proven best without a gap: what it shows may be a matter of the gap.
   *[other] { $count } of the solves are not proven best without a gap: what they show may be a matter of the gap.
}
cause-without-plan = { $count ->
    [one] One combination has no plan at all; it counts as one that awards nothing.
   *[other] { $count } combinations have no plan at all; they count as ones that award nothing.
}
cause-nothing-changed = The rounds do not differ in anything that decides: no input caused what differs.
cause-rest = no change of the input
cause-part = { $value } ± { $error }
cause-parts-told = Parts are averages over all orders in which the changes can be made, and sum to the whole.
cause-parts-estimated = Parts are averages over orders drawn at random, and sum to the whole; ± is the standard error.

## What is wrong with what was asked for

compare-near = { $result } is a result of the round { $round }, by its hash.
compare-no-round = is of a round that does not lie around it, nor where you are.
compare-no-round-remedy = Name the round with { $option }, or give a bundle or a folder of `matcher whatif`.
cause-solving = solving with some of the changes made: { $at } of { $total }
cause-unanswered = No plan was found in the time for the round with changes { $changes } made, and no proof that there is none. Give each solve more time with --time-limit.
compare-broken =
    { $count ->
        [one] The awards of { $path } break a constraint of their round, and are compared as they stand: `matcher { $command }` says which.
       *[other] The awards of { $path } break { $count } constraints of their round, and are compared as they stand: `matcher { $command }` says which.
    }
compare-stale = The awards of { $path } are not worth what its run.json says, and are compared as they stand.
compare-other-law = { $path } was judged by another version of the rule pack { $pack } ({ $then }) than the one here ({ $here }). Causes are sought by the one here: what another law comes to is owed to no change.
