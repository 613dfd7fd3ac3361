# What an applicant is told. No other applicant, no pool's left-over, nothing confidential.

applicant-funded = Your proposal is funded in full: { $amount }.
applicant-partially_funded = Your proposal is funded with { $amount } of the { $asked } you asked for.
applicant-payers = The money comes from { $payers }.
applicant-conditional = The award is conditional: the coordinator will tell you on what.
applicant-withdrawn = Your proposal was withdrawn.
applicant-disqualified = Your proposal was disqualified. The coordinator can tell you why.
applicant-deferred = Your proposal was deferred to a later round.
applicant-not_scored = Your proposal has not been scored, so it could not be considered.
applicant-below_threshold = Your proposal scored { $score }; the least score that is funded is { $threshold }.
applicant-no_matching_pool = No pool of this round covers what you propose.
applicant-nearest = What does not fit the nearest: { $terms }.
applicant-ineligible = The law does not allow your proposal to be funded by any pool that covers it.
applicant-rules = The { $count ->
    [one] rule is { $rules }
   *[other] rules are { $rules }
}.
applicant-held_for_review = Your proposal can be considered once something that is not known yet is settled.
applicant-facts = The coordinator needs to know of you: { $facts }
applicant-terms = Please state in your proposal { $terms }.
applicant-others = The rest is for others to settle; there is nothing you have to do.
applicant-reserve_list = Your proposal could be funded and is on the reserve list: the money went to proposals that count for more under the rules of this round.
applicant-not_funded = Your proposal could not be funded within the rules of this round: { $why }.
applicant-tie = Plans of equal worth exist with and without your proposal.
applicant-change = It would have been funded with this change alone: { $change }.

own-ask_less = to ask for { $to } instead of { $now }
own-score = a score of { $to } instead of { $now }
own-own_contribution = a contribution of your own of { $to } instead of { $now }
own-max_funders = to accept { $to } funders instead of { $now }

stop-C2 = the request is smaller than the smallest step of an award
stop-C3 = the smallest or largest grant of the pools leaves no room for what you could work with
stop-C5 = the pools may not pay so large a share of a project, and your own contribution is too small for the rest
stop-C6 = it would need more funders than it may have
stop-C7 = the pools that might fund it cannot, by a decision, a conflict of interest or a refusal
stop-C8 = your organisation has reached what it may be awarded in this round
stop-C9 = an alternative to it is funded
stop-C10 = a proposal that it requires is not funded
stop-C12 = an award of it that was accepted is kept as it is, and leaves too little beside it
stop-C13 = the pools that might fund it do not fund the same proposal
stop-several = several limits together leave no award that you could work with
