# How often proposals are funded over many draws, and what the choice about each costs.

bands-draws =
    { $count ->
        [one] One draw has a plan.
       *[other] { $count } draws have a plan.
    }
bands-without =
    { $count ->
        [one] One draw has no plan and is not counted.
       *[other] { $count } draws have no plan and are not counted.
    }
bands-certain =
    { $count ->
        [0] No proposal is certain: none is funded in at least 95 % of them.
        [one] One proposal is certain: it is funded in at least 95 % of them.
       *[other] { $count } proposals are certain: each is funded in at least 95 % of them.
    }
bands-open =
    { $count ->
        [0] No proposal is your decision: each is certain or out.
        [one] One proposal is your decision: it is funded in some and not in others.
       *[other] { $count } proposals are your decision: each is funded in some and not in others.
    }
bands-out =
    { $count ->
        [0] No proposal is out: each is funded in more than 5 % of them.
        [one] One proposal is out: it is funded in at most 5 % of them.
       *[other] { $count } proposals are out: each is funded in at most 5 % of them.
    }
bands-confidential = A confidential proposal
bands-often = { $name } is funded in { $share } of the draws ({ $low } to { $high } of all there could be).
bands-fund = As the round is, it is left out; funding it costs { $cost }.
bands-fund-never = As the round is, it is left out, and no plan can fund it.
bands-fund-unknown = As the round is, it is left out; what funding it costs is not known.
bands-leave = As the round is, it is funded; leaving it out costs { $cost }.
bands-leave-never = As the round is, it is funded, and no plan can leave it out.
bands-leave-unknown = As the round is, it is funded; what leaving it out costs is not known.
bands-no-base = No plan of the round as it is was found in the time, so that no choice can be priced.
bands-to-price = pricing the choices
bands-written = Table: { $path }
