# What an exception is called. $reason is the reason written in the table of pairs.
exception-pin = the pin of proposal { $proposal } to pool { $pool }
exception-accepted = the accepted award of pool { $pool } to proposal { $proposal }
exception-declined = the refusal by { $proposal } of money from { $pool }
exception-forbid = the ban on money from { $pool } for { $proposal }
exception-conflict = the conflict of interest between { $pool } and { $proposal }
exception-pool = pool { $id }
exception-donor = all pools of donor { $id }
exception-proposal = proposal { $id }
exception-organisation = all proposals of organisation { $id }

# What is said of one, beside what it costs (prices.ftl).
exception-reason = The reason given for { $what }: { $reason }
exception-no-reason = No reason is given for { $what }.
exception-bars = It keeps { $opens ->
    [one] one pair of pool and proposal
   *[other] { $opens } pairs of pool and proposal
} out that nothing else keeps out.
exception-bars-nothing = It keeps nothing out that would otherwise be open: terms, rules or other rows do that already.
exception-overrides-score-threshold = The score of proposal { $proposal } is below the threshold: without the pin it could not be funded by pool { $pool }.
exception-overrides-terms = The terms of pool { $pool } do not cover proposal { $proposal }: without the pin it could not be funded by that pool.
exception-overrides-needs-review = Whether pool { $pool } may fund proposal { $proposal } is to be reviewed: without the pin that would be waited for.
exception-none = Nothing in this round is decided beside the rules: no pins, acceptances, refusals, bans or conflicts of interest.
exception-count = { $number ->
    [one] One decision stands beside the rules.
   *[other] { $number } decisions stand beside the rules.
}
exception-all = { $number ->
    [one] this decision
   *[other] having all { $number } of them
}
exception-not-summed = What each costs is by itself: of two rows that keep the same pair out, neither costs anything alone.
exception-unknown = { $number ->
    [one] For one decision it was not known in the time what it costs.
   *[other] For { $number } decisions it was not known in the time what each costs.
}
