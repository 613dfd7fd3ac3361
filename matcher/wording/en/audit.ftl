# The audit of a result: out of order, pools by themselves, concentration, the ranked list.
# $value is what merit counts: per_amount or per_project. Amounts, shares and names come as text.

audit-better-plan = A better plan than this result is known: run the round again with a smaller gap.

## Out of order

audit-in-order = No pool funds work while higher-scored work that it may fund goes without.
audit-out-of-order =
    { $proposals ->
        [one] One proposal is not paid in full while a pool that may fund it pays lower-scored work.
       *[other] { $proposals } proposals are not paid in full while a pool that may fund them pays lower-scored work.
    }
audit-passed-over =
    { $pools ->
        [one] { $proposal } is passed over by { $named }.
       *[other] { $proposal } is passed over by { $pools } pools: { $named }.
    }
audit-correcting-cost =
    { $value ->
        [per_amount] Funding { $proposal } in full would cost { $merit } of score-weighted money.
       *[per_project] Funding { $proposal } in full would cost { $merit } of score-weighted projects.
    }
audit-correcting-gain =
    { $value ->
        [per_amount] Funding { $proposal } in full would add { $merit } of score-weighted money, but miss targets.
       *[per_project] Funding { $proposal } in full would add { $merit } of score-weighted projects, but miss targets.
    }
audit-correcting-between =
    { $value ->
        [per_amount] Funding { $proposal } in full would cost between { $low } and { $high } of score-weighted money.
       *[per_project] Funding { $proposal } in full would cost between { $low } and { $high } of score-weighted projects.
    }
audit-correcting-at-most =
    { $value ->
        [per_amount] Funding { $proposal } in full would cost at most { $merit } of score-weighted money; the least was not known in the time allowed.
       *[per_project] Funding { $proposal } in full would cost at most { $merit } of score-weighted projects; the least was not known in the time allowed.
    }
audit-correcting-targets = The weighted shortfall of targets of priority { $priority } would grow by { $shortfall } of what they ask.
audit-correcting-targets-less = The weighted shortfall of targets of priority { $priority } would fall by { $shortfall } of what they ask.
audit-correcting-targets-between = The weighted shortfall of targets of priority { $priority } would grow by { $low } to { $high } of what they ask.
audit-correcting-impossible = No plan that keeps every constraint can fund { $proposal } in full.
audit-correcting-unknown = What funding { $proposal } in full would cost was not known in the time allowed.

## Pools by themselves

audit-none-alone = No pool could buy more of the work that it accepts with its own money alone.
audit-alone =
    { $value ->
        [per_amount] Alone, { $pool } could see { $then } of score-weighted money go to work that it accepts, { $more } more than in this plan, by funding { $funded }.
       *[per_project] Alone, { $pool } could see { $then } of score-weighted projects that it accepts funded, { $more } more than in this plan, by funding { $funded }.
    }
audit-none-together = No two pools could each do better with their money together.
audit-together =
    { $value ->
        [per_amount] Together, { $first } and { $second } could each see more score-weighted money go to work that it accepts, { $first_more } and { $second_more } more than in this plan, by funding { $funded }.
       *[per_project] Together, { $first } and { $second } could each see more score-weighted projects that it accepts funded, { $first_more } and { $second_more } more than in this plan, by funding { $funded }.
    }
audit-alone-unknown =
    { $count ->
        [one] For one pool or pair of pools it was not known in the time allowed whether it could do better: { $named }.
       *[other] For { $count } pools or pairs of pools it was not known in the time allowed whether they could do better: { $named }.
    }

## Concentration

audit-spread-nothing = No money is placed.
audit-spread-donor =
    { $count ->
        [one] The only donor is { $largest }, which pays { $share } of the money (Herfindahl-Hirschman index { $index }).
       *[other] Of { $count } donors that pay, { $largest } pays the most: { $share } of the money (Herfindahl-Hirschman index { $index }).
    }
audit-spread-organisation =
    { $count ->
        [one] The only organisation is { $largest }, which gets { $share } of the money (Herfindahl-Hirschman index { $index }).
       *[other] Of { $count } organisations, { $largest } gets the most: { $share } of the money (Herfindahl-Hirschman index { $index }).
    }
audit-spread-region =
    { $count ->
        [one] The only region is { $largest }, which gets { $share } of the money (Herfindahl-Hirschman index { $index }).
       *[other] Of { $count } regions, { $largest } gets the most: { $share } of the money (Herfindahl-Hirschman index { $index }).
    }
audit-spread-group =
    { $count ->
        [one] The only group is { $largest }, which gets { $share } of the money (Herfindahl-Hirschman index { $index }).
       *[other] Of { $count } groups, the most goes to { $largest }: { $share } of the money, proposals for several groups parted equally (Herfindahl-Hirschman index { $index }).
    }
audit-spread-sector =
    { $count ->
        [one] The only sector is { $largest }, which gets { $share } of the money (Herfindahl-Hirschman index { $index }).
       *[other] Of { $count } sectors, { $largest } gets the most: { $share } of the money (Herfindahl-Hirschman index { $index }).
    }
audit-spread-unnamed =
    { $by ->
        [region] The largest part of the money, { $share }, goes to proposals that name no region (Herfindahl-Hirschman index { $index }).
        [group] The largest part of the money, { $share }, goes to proposals that name no group (Herfindahl-Hirschman index { $index }).
       *[sector] The largest part of the money, { $share }, goes to proposals that name no sector (Herfindahl-Hirschman index { $index }).
    }

## The ranked list

audit-list-none = There is no ranked list to compare with: its pins cannot hold, or time ran out.
audit-list-ours =
    { $funded ->
        [one] This plan places { $placed } with one proposal.
       *[other] This plan places { $placed } with { $funded } proposals.
    }
audit-list-listed =
    { $funded ->
        [one] The ranked list would place { $placed } with one proposal.
       *[other] The ranked list would place { $placed } with { $funded } proposals.
    }
audit-list-more =
    { $value ->
        [per_amount] That is { $merit } more of score-weighted money than by the list.
       *[per_project] That is { $merit } more of score-weighted projects than by the list.
    }
audit-list-less =
    { $value ->
        [per_amount] That is { $merit } less of score-weighted money than by the list, which keeps fewer constraints or targets.
       *[per_project] That is { $merit } less of score-weighted projects than by the list, which keeps fewer constraints or targets.
    }
audit-list-same = Both are worth the same.
audit-list-passed-over =
    { $ours ->
        [one] One proposal is passed over in this plan, { $listed } by the list.
       *[other] { $ours } proposals are passed over in this plan, { $listed } by the list.
    }
audit-list-gaining =
    { $count ->
        [one] One proposal gets more here than by the list: { $named }.
       *[other] { $count } proposals get more here than by the list: { $named }.
    }
audit-list-losing =
    { $count ->
        [one] One proposal gets less here than by the list: { $named }.
       *[other] { $count } proposals get less here than by the list: { $named }.
    }
audit-list-change = { $proposal } gets { $here } here and { $there } by the list.
audit-list-alike = Every proposal gets the same by both.
audit-list-not-proven =
    { $steps ->
        [one] The list is not proven at one step: up to { $most } more might have been payable there.
       *[other] The list is not proven at { $steps } steps: up to { $most } more might have been payable there.
    }
