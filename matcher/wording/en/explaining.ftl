# Why a proposal stands where it does, for a coordinator. Amounts come with their currency.

why-funded = It gets { $given }.
why-funded-safe = Without it the best plan would lose { $cost }.
why-funded-needed = No plan that keeps every constraint goes without it.
why-funded-tie = Its place is a tie: another plan is worth as much without it.
why-pools = It may be funded by { $pools }.
why-left = { $count ->
    [one] That pool has { $left } left.
   *[other] Those pools have { $left } left together.
}
why-tie = It is a tie: other plans worth as much fund it ({ $given }). No change is needed, only a choice.
why-impossible = As things are, no plan that keeps every constraint can fund it.
why-displaced = Funding it ({ $given }) would cost { $cost }.
why-leave = In the best plan found then, { $names } would leave.
why-less = In the best plan found then, { $names } would get less.
why-enter = In the best plan found then, { $names } would enter.
why-more = In the best plan found then, { $names } would get more.
why-ended = Time ran out before everything about it was known.
why-no-base = In the time no plan of the round was found that is shown to be within { $gap } of the best, and from that every answer starts. Give it more time with --time-limit, or a wider gap with --gap.
why-better = A better plan than this result was found on the way: run the round again with a smaller gap.
why-gains = That comes first; in return the plan would gain { $gain }.
displaced-merit = { $amount } of { $merit }
displaced-merit-between = between { $low } and { $high } of { $merit }
displaced-tier = { $tier ->
    [none] { $amount } of { $merit } without a tier
   *[other] { $amount } of { $merit } in tier { $tier }
}
displaced-target = { $shortfall } of what soft targets of priority { $priority } ask for
displaced-nothing = nothing

# What would get it funded. A change is the smallest found along its lever.

change-smallest = Smallest change: { $change }.
change-smallest-step = Smallest change in steps of { $step }: { $change }.
change-found = A change found: { $change }.
change-tie = One step less is a tie: some best plans fund it and others do not.
changes-idle = No help alone, as far as it was tried: { $levers }.
changes-tied = Only a tie, no sure place: { $levers }.
changes-unknown = Not settled in the time given: { $levers }.

lever-ask_less = ask for { $to } instead of { $now }
lever-score = a score of { $to } instead of { $now }
lever-own_contribution = a contribution of its own of { $to } instead of { $now }
lever-max_funders = { $to } funders instead of { $now }
lever-alternative = not to be an alternative under { $subject }
lever-requirement = not to require { $subject }
lever-money = { $to } in { $subject } instead of { $now }
lever-max_grants = { $to } grants by { $subject } instead of { $now }
lever-max_grant = a largest grant of { $to } by { $subject } instead of { $now }
lever-min_grant = a smallest grant of { $to } by { $subject } instead of { $now }
lever-project_share = a share of { $to } of a project that { $subject } may pay, instead of { $now }
lever-company = { $subject } shares a project with others
lever-pair_term = to give up a decision ({ $subject })
lever-round_funders = { $to } funders for any proposal instead of { $now }
lever-organisation_count = { $to } proposals for one organisation instead of { $now }
lever-organisation_amount = { $to } for one organisation instead of { $now }
lever-organisation_ratio = awards of { $to } times an organisation's yearly budget instead of { $now }
lever-min_award = a least award of { $to } instead of { $now }
lever-target = { $to } instead of { $now } for { $subject }
lever-facts = to learn that { $subject }

idle-ask_less = asking for less
idle-score = a higher score
idle-own_contribution = a larger contribution of its own
idle-max_funders = more funders
idle-alternative = leaving the alternatives { $subject }
idle-requirement = requiring { $subject } no more
idle-money = more money in { $subject } (up to as much as it asks for)
idle-max_grants = more grants by { $subject }
idle-max_grant = larger grants by { $subject }
idle-min_grant = smaller grants by { $subject }
idle-project_share = a larger share by { $subject }
idle-company = { $subject } sharing a project with others
idle-pair_term = giving up a decision ({ $subject })
idle-round_funders = more funders for any proposal
idle-organisation_count = more proposals for one organisation
idle-organisation_amount = more money for one organisation
idle-organisation_ratio = larger awards beside an organisation's budget
idle-min_award = a smaller least award
idle-target = looser targets ({ $subject })
idle-facts = answers to { $subject }

bound-min_share = the least share of { $target }
bound-max_share = the largest share of { $target }
bound-min_amount = the least money of { $target }
bound-max_amount = the most money of { $target }
bound-min_count = the least number of { $target }
bound-max_count = the largest number of { $target }

fact-known = { $fact } of { $whose } is { $value }
fact-open = { $fact } of { $whose }
nothing-yet = none

explained-all = { $count ->
    [one] { $count } proposal is explained in { $folder }, explanations.csv and explanations.json.
   *[other] { $count } proposals are explained in { $folder }, explanations.csv and explanations.json.
}
explained-open = { $count ->
    [one] Of { $count } not everything could be settled.
   *[other] Of { $count } not everything could be settled.
}

explained-applicant = To the applicant: { $letter }
