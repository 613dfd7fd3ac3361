# What cannot hold together in a round without a plan, and what may be changed.
relaxing-conflict = { $members ->
    [one] This cannot hold:
   *[other] These { $members } cannot hold together:
}
relaxing-conflict-more = { $before ->
    [one] With the first change named above, { $members ->
        [one] this still cannot hold:
       *[other] these { $members } still cannot hold together:
    }
   *[other] With the first change named for each conflict above, { $members ->
        [one] this still cannot hold:
       *[other] these { $members } still cannot hold together:
    }
}
relaxing-unnamed = It is proven that no plan keeps every constraint, but not which of them cannot hold together.
relaxing-unsettled = Why there is no plan was not settled in the time. Give it more with --time-limit, or loosen a target, a pin or a budget and match again.
relaxing-near = The round itself has plans: let more proposals change, with --at-most, or match it without --stay-near.
relaxing-minimal = { $members ->
    [one] Without it, nothing else stands in the way here.
   *[other] Without any one of them, the others can hold together.
}
relaxing-alone = It stands against what always holds: an award goes only where terms, law and the proposal's status allow it, and no proposal gets more than it asks for.
relaxing-alone-floor = It stands against what always holds: an award goes only where terms, law and the proposal's status allow it, and no proposal gets more than it asks for. It asks for { $asked }; whatever the budgets, { $most } at most is possible.
relaxing-alone-pin = It stands against what always holds: no proposal gets more than it asks for. It fixes { $asked }; { $most } at most is possible.
relaxing-not-minimal = It was not settled in the time whether all of them are needed for the conflict.
relaxing-exceed = { $demands } exceed the { $budget } that { $pool } has to award.

relaxing-changes-one = { $changes ->
    [one] This change alone gives the round a plan:
   *[other] Any one of these changes alone gives the round a plan, the least first:
}
relaxing-changes-more = { $changes ->
    [one] This change then gives the round a plan:
   *[other] Any one of these changes then gives the round a plan, the least first:
}
relaxing-changes-part = { $changes ->
    [one] This change settles this conflict; the round needs others besides:
   *[other] Each of these changes settles this conflict; the round needs others besides:
}
relaxing-changes-unknown = { $changes ->
    [one] This change settles this conflict; whether the round needs others besides was not settled in the time:
   *[other] Each of these changes settles this conflict; whether the round needs others besides was not settled in the time:
}
relaxing-nothing = No change of { $names } alone was found to be enough.
relaxing-unknown = What the least change is was not settled in the time for { $names }.
relaxing-fixed = These can only be kept or taken out as a whole: { $names }

relaxing-complete = { $changes ->
    [one] With this change the round has a plan, which was found and checked:
   *[other] With these { $changes } changes together the round has a plan, which was found and checked:
}
relaxing-incomplete = These changes settle the conflicts above; whether the round has a plan with them is not known:
relaxing-none = No change was found that gives the round a plan.
relaxing-ended = Time ran out before all was looked at.

# A change: what, from where to where, and its size as a share of the value as it is.
relaxing-budget = Raise the budget of { $pool } from { $now } to { $then } ({ $share }).
relaxing-max-grants = Let { $pool } make { $then } instead of { $now } ({ $share }).
relaxing-max-grant = Raise the largest grant of { $pool } from { $now } to { $then } ({ $share }).
relaxing-min-grant = Lower the smallest grant of { $pool } from { $now } to { $then } ({ $share }).
relaxing-min-award = Lower the smallest award of the round from { $now } to { $then } ({ $share }).
relaxing-minimum = Agree with { $proposal } on at least { $then } instead of { $now } ({ $share }).
relaxing-max-project-share = Let { $pool } pay up to { $then } of a project instead of { $now } ({ $share }).
relaxing-max-funders = Let { $proposal } have { $then } instead of { $now } ({ $share }).
relaxing-max-funders-per-proposal = Let any proposal have { $then } instead of { $now } ({ $share }).
relaxing-max-proposals-per-organisation = Let any organisation have { $then } funded instead of { $now } ({ $share }).
relaxing-max-amount-per-organisation = Raise the most that one organisation may get from { $now } to { $then } ({ $share }).
relaxing-max-award-to-budget = Raise the most that an organisation may get from { $now } to { $then } of its annual budget ({ $share }).
relaxing-floor = Lower what target { $target } asks for from { $now } to { $then } ({ $share }).
relaxing-cap = Raise what target { $target } allows from { $now } to { $then } ({ $share }).
relaxing-amount = Change the amount fixed by { $pool } for { $proposal } from { $now } to { $then } ({ $share }).
relaxing-given-up = Give up the award fixed by { $pool } for { $proposal }.
relaxing-withheld = Change a term that { $pool } keeps confidential.
relaxing-about = { $change } Less than a change to { $least } is not enough; what lies between was not settled.
