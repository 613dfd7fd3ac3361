# What an applicant is told. No other applicant, no pool's left-over, nothing confidential.
# The reader leads an organisation and has never seen the program.

applicant-funded = Your proposal is funded in full, with { $amount }.
applicant-funded-in-steps = Your proposal is funded in full, with { $amount }: you asked for { $asked }, and awards are made in steps of { $step }.
applicant-partially_funded = Your proposal is funded in part, with { $amount } of the { $asked } you asked for.
applicant-payer = The money comes from { $payer }.
applicant-payers = The money is made up of { $payers }.
applicant-pays = { $amount } from { $payer }
payer-pool = the pool “{ $pool }” ({ $donor })
payer-unnamed = the pool { $pool } of the donor “{ $donor }”
payer-withheld = a donor whose name is withheld
payer-confidential = a confidential donor
applicant-conditional = The award is conditional: the coordinator will tell you on what.
applicant-pledged = The award is conditional: the donor has promised the money but not confirmed it yet.
applicant-waiting = The award holds only once what is still open about it is settled.

applicant-withdrawn = Your proposal was withdrawn, so it was not considered.
applicant-disqualified = Your proposal was disqualified. The coordinator can tell you why.
applicant-deferred = Your proposal was deferred to a later round.
applicant-not_scored = Your proposal has not been scored, so it could not be considered.
applicant-below_threshold = Your proposal scored { $score }; proposals that score less than { $threshold } are not funded in this round.

applicant-no_matching_pool = No donor's money in this round is meant for a proposal like yours.
applicant-nearest = What keeps the nearest from fitting: { $terms }.
applicant-no_pool_may = No donor in this round can fund your proposal as it stands.

applicant-starts = Your proposal fits what donors in this round want to fund, but your work starts too soon.
applicant-starts-other = There is another donor whose money is meant for a proposal like yours, but for it your work starts too soon.
applicant-starts-dated = In this round all that is needed before a payment has to be done before the work starts. That takes until { $ready }, and your work starts on { $starts }; a start on { $ready } or later would not stand in the way.
applicant-starts-undated = In this round all that is needed before a payment has to be done before the work starts, and that takes longer than until { $starts }, the day on which your work starts. The coordinator can tell you which start would not stand in the way.

applicant-ineligible = Your proposal fits what donors in this round want to fund, but the law or the donors' own rules do not allow any of them to fund it.
applicant-rule = { $because } (Rule { $rule }: { $citation }.)
applicant-rules-besides = There are other reasons besides, which lie with the donors or are confidential.
applicant-rules-untold = The reasons lie with the donors or are confidential; the coordinator can tell you whether there is a way.

applicant-held_for_review = Your proposal is on hold: something about it is still open.
applicant-review = A person has to decide on this: { $because } (Rule { $rule }: { $citation }.)
applicant-whether =
    { $whose ->
        [proposal] Please tell the coordinator whether this is so of your proposal: { $fact }
       *[organisation] Please tell the coordinator whether this is so of your organisation: { $fact }
    }
applicant-what =
    { $whose ->
        [proposal] Please tell the coordinator this about your proposal: { $fact }
       *[organisation] Please tell the coordinator this about your organisation: { $fact }
    }
applicant-paper = What shows it: { $paper }.
applicant-column = Please tell the coordinator { $column }.
applicant-terms = Please add to your proposal what it leaves blank: { $terms }.
applicant-partner = Something is not known about a partner in your proposal; the coordinator can tell you what.
applicant-others-fact = Others still have to find out: { $fact }
# $told is 1 where something was asked for, or named as open, before, else 0.
applicant-untold =
    { $told ->
        [0] The coordinator will tell you what is needed of you.
       *[other] The coordinator may ask you for more.
    }
applicant-others =
    { $told ->
        [0] What is open is for others to settle; there is nothing you have to do.
       *[other] There is nothing you have to do unless the coordinator asks you.
    }

applicant-reserve_list = Your proposal is eligible and is on the reserve list: with the money there is and by the rules of this round, no choice of awards with it counts for more than the one made.
applicant-not_funded = Your proposal could not be funded within the rules of this round: { $why }.
applicant-tie = It was close: another choice of equal worth would have funded your proposal.
applicant-change = It would have been funded with this change alone: { $change }.

own-ask_less = to ask for { $to } instead of { $now }
own-score = a score of { $to } instead of { $now }
own-own_contribution = a contribution of your own of { $to } instead of { $now }
own-max_funders = to accept { $to } funders instead of { $now }

stop-C2 = the request is smaller than the smallest step of an award
stop-C3 = the smallest or largest grant of the donors leaves no room for what you could work with
stop-C5 = the donors may not pay so large a share of a project, and your own contribution is too small for the rest
stop-C6 = it would need more funders than it may have
stop-C7 = a decision, a conflict of interest or a refusal stands between it and the donors that might fund it
stop-C8 = it would take your organisation over what an organisation may be awarded in this round
stop-C9 = it is an alternative to a proposal that is funded
stop-C10 = a proposal that it requires is not funded
stop-C12 = an award to it that was accepted is kept as it is, and leaves too little beside it
stop-C13 = the donors that might fund it do not fund a proposal together
stop-also = { $first }; also, { $second }
stop-several = several limits together leave no award that you could work with

# Columns of a round that a rule may look at and that are blank.

column-organisation-kind = what kind of organisation yours is
column-organisation-country = in which country your organisation is
column-organisation-registration_status = whether your organisation is registered
column-organisation-registered_on = on which day your organisation was registered
column-organisation-region = in which region your organisation is
column-organisation-staff = how many people your organisation employs
column-organisation-annual_budget = your organisation's yearly budget
column-organisation-awards_this_year = which awards your organisation got this year
column-proposal-currency = the currency of your request
column-proposal-requested = how much you ask for
column-proposal-minimum = the least that your proposal could work with
column-proposal-own_contribution = what your organisation contributes itself
column-proposal-other_funding = what others have confirmed to pay
column-proposal-sector = the sector of your work
column-proposal-regions = the regions of your work
column-proposal-groups = the groups your work is for
column-proposal-sdgs = the sustainable development goals of your work
column-proposal-priority_areas = the priority areas of your work
column-proposal-starts = the day on which your work starts
column-proposal-ends = the day on which your work ends
column-proposal-language = the language of your proposal
column-proposal-months = the days on which your work starts and ends
column-proposal-countries = the countries of your work
column-proposal-partners = who your partners are
