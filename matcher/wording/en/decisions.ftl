# Why something was decided on a proposal: the reasons of decisions.csv, for a coordinator.
# Pools, rules, facts and amounts come as text, in a list where there are several.

decided-status =
    { $status ->
        [withdrawn] The proposal is withdrawn.
        [disqualified] The proposal is disqualified.
        [deferred] The proposal is deferred.
       *[other] The proposal is { $status }.
    }
decided-funded = Funded in full by { $payers }.
decided-partially-funded = Funded with { $awarded } of { $asked } asked, by { $payers }.
decided-pinned = Fixed by the board: { $reasons }
decided-accepted = An award already accepted is kept.
decided-waived =
    { $fact ->
        [waiver] For { $pool }, { $rule } does not count: waiver by { $who }, { $source }.
        [determination] For { $pool }, { $rule } does not count: determination by { $who }, { $source }.
       *[other] For { $pool }, { $rule } does not count: { $fact } by { $who }, { $source }.
    }
decided-not-scored = No score, and no review that counts.
decided-not-scored-whole = No score: not every criterion that has a weight is scored.
decided-below-threshold = Scored { $score }, below the threshold of { $threshold }.
decided-no-pool = No pool's terms cover it; what does not fit the nearest, { $pool }: { $terms }.
# Under start_policy: strict. $pools are all such pools, $first the one where it is done the soonest.
decided-starts = The terms of { $pools } cover it, but start_policy is strict, so that all steps before a payment have to be done before the work starts on { $starts }: { $count ->
        [one] there they take until { $ready }.
       *[other] they take until { $ready } at { $first }, where they are done the soonest.
    } A start on { $ready } or later would lift this bar, as would start_policy: flexible.
decided-barred-besides = The law bars it there besides: { $why }
decided-barred = The law bars it at every pool whose terms cover it: { $why }
decided-reserve =
    Eligible at { $where }, whose { $lacking ->
        [grants] grants
       *[both] money and grants
    } went to { $work ->
        [fixed] other work, some of it fixed by the board or accepted before.
        [lower] other work, some of it ranked lower.
       *[best] work that counts for as much or more.
    }
# Here $paid gave to other work, and the $others, $count of them, to none.
decided-reserve-some =
    Eligible at { $where }. The { $lacking ->
        [grants] grants
       *[both] money and grants
    } of { $paid } went to { $work ->
        [fixed] other work, some of it fixed by the board or accepted before
        [lower] other work, some of it ranked lower
       *[best] work that counts for as much or more
    }, and what { $others } { $count ->
        [one] has
       *[other] have
    } to give is not enough by itself.
decided-reserve-little = Eligible at { $where }, with too little money or too few grants for it.
decided-reserve-nothing = Eligible at { $where }, with money left for it; with a score of 0 it would add nothing.
decided-reserve-hard = Eligible at { $where }, with money left for it; beside the other awards it would break a target: { $targets }.
decided-reserve-soft = Eligible at { $where }, with money left for it; it would set back a target, which counts before merit: { $targets }.
decided-reserve-open = Eligible at { $where }, with money left for it; the plan is not proven the best one.
decided-pools =
    { $count ->
        [one] one pool
       *[other] { $count } pools
    }

## Held until something is known. $awaited is what follows, joined; $more counts other pools.

decided-held = Held at { $where } until { $awaited }.
decided-held-beside =
    { $more ->
        [one] Held at { $where } until { $awaited }; one more pool waits for { $what ->
            [more] more than that.
           *[else] something else.
        }
       *[other] Held at { $where } until { $awaited }; { $more } more pools wait for { $what ->
            [more] more than that.
           *[else] something else.
        }
    }
awaited-terms =
    { $pools ->
        [one] it states what the pool asks for: { $terms }
       *[other] it states what they ask for: { $terms }
    }
awaited-facts = it is known: { $facts }
awaited-rules = a person decides on { $rules }
awaited-both = { $first }, and { $second }
fact-of = { $fact } of { $whose }
list-more = { $count } more

## What stops a proposal that money would not: clauses, the first of which begins the sentence.

stopped-barred = Every pool that might fund it is forbidden, in conflict, or was declined.
stopped-step = The request is below one grant step.
# $limits are clauses as below.
stopped-together = Several limits stop it together: { $limits }.
stopped-by-all = Several limits together leave no award that it could work with.
stopped-also = { $first }; also, { $second }
stopped-C3 = the smallest or largest grant of its pools leaves no room for what it can work with
stopped-C5 = no pool may pay so large a share of a project, and its own contribution is too small
stopped-C6 = it would need more funders than it may have
stopped-C8 = it would take its organisation over what an organisation may be awarded
stopped-C9 = an alternative to it is funded
stopped-C10 = a proposal that it requires is not funded
stopped-C12 = an award already accepted is kept as it is or released, and leaves it too little
stopped-C13 = its pools do not fund the same proposal

## Why a pool's money does not move to a proposal that was passed over: out_of_order.csv.

jump-fixed = the lower award was fixed by the board or accepted before
jump-C8 = its organisation has reached its cap
jump-C9 = an alternative to it is funded
jump-C10 = a proposal that it requires is not funded
jump-funders = it has as many funders as it may have
jump-largest = it has the pool's largest grant already
jump-company = the pool does not fund beside the funders it has
jump-too-little = the { $freed } freed would be less than the { $least } it could work with
jump-share = the pool's largest share of a project stands in the way
jump-target = a target stands in the way, or no better plan was found with that money moved to it
jump-elsewhere = no better plan was found with that money moved to it
correcting-at-most = at most { $merit }
correcting-at-most-tier = { $tier ->
    [none] at most { $merit } in work without a tier
   *[other] at most { $merit } in tier { $tier }
}
correcting-impossible = { $kept ->
   *[awards] not possible while other pools' awards stay as they are
    [targets] not possible while other pools' awards and soft targets stay as they are
    [tiers] not possible while other pools' awards and earlier tiers stay as they are
    [targets-tiers] not possible while other pools' awards, soft targets and earlier tiers stay as they are
}

## What an award hangs on: the conditions of awards.csv.

condition-pledged = the donor confirms the money it has pledged
condition-terms = the applicant states what the pool asks for: { $terms }
condition-facts = it becomes known: { $facts }
condition-rules = a person decides on { $rules }

## What a pool may ask of a proposal; $reader is who reads it.

term-sectors =
    { $reader ->
        [applicant] the sector of your work
       *[coordinator] its sector
    }
term-not_sectors =
    { $reader ->
        [applicant] the sector of your work
       *[coordinator] its sector
    }
term-regions =
    { $reader ->
        [applicant] the regions of your work
       *[coordinator] its regions
    }
term-not_regions =
    { $reader ->
        [applicant] the regions of your work
       *[coordinator] its regions
    }
term-groups =
    { $reader ->
        [applicant] the groups your work is for
       *[coordinator] the groups it is for
    }
term-sdgs =
    { $reader ->
        [applicant] the sustainable development goals of your work
       *[coordinator] its sustainable development goals
    }
term-priority_areas =
    { $reader ->
        [applicant] the priority areas of your work
       *[coordinator] its priority areas
    }
term-applicant_kinds =
    { $reader ->
        [applicant] the kind of your organisation
       *[coordinator] the kind of its organisation
    }
term-countries =
    { $reader ->
        [applicant] the country of your work
       *[coordinator] the country of the work
    }
term-applicant_countries =
    { $reader ->
        [applicant] the country of your organisation
       *[coordinator] the country of its organisation
    }
term-accepts_donor_kinds =
    { $reader ->
        [applicant] the kinds of donor you accept
       *[coordinator] the kinds of donor it accepts
    }
term-refuses_donors =
    { $reader ->
        [applicant] the donors you refuse
       *[coordinator] the donors it refuses
    }
term-available = the time in which the money can be had
term-pay_by = the day by which the money has to be paid
term-starts =
    { $reader ->
        [applicant] the day on which your work starts, by which all that is needed before a payment has to be done
       *[coordinator] the day on which the work starts, by which all steps before a payment have to be done
    }
