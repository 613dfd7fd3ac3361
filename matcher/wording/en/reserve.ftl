# Who enters where proposals are withdrawn or pools drop out.
# $gone is proposals, pools or both; $count counts them, $names lists them. Amounts, names and lists
# come as text, such as `12,000 AZN from P03 and 500 AZN from P04`.

reserve-nobody =
    { $gone ->
        [proposals]
            { $count ->
                [one] If { $names } withdraws, nobody enters.
               *[other] If { $names } withdraw, nobody enters.
            }
        [pools]
            { $count ->
                [one] If { $names } drops out, nobody enters.
               *[other] If { $names } drop out, nobody enters.
            }
       *[both] If { $names } are gone, nobody enters.
    }
reserve-enters =
    { $gone ->
        [proposals]
            { $count ->
                [one] If { $names } withdraws, { $proposal } enters with { $paid }.
               *[other] If { $names } withdraw, { $proposal } enters with { $paid }.
            }
        [pools]
            { $count ->
                [one] If { $names } drops out, { $proposal } enters with { $paid }.
               *[other] If { $names } drop out, { $proposal } enters with { $paid }.
            }
       *[both] If { $names } are gone, { $proposal } enters with { $paid }.
    }
# $order lists those who enter, the first to enter first.
reserve-enter =
    { $gone ->
        [proposals]
            { $count ->
                [one] If { $names } withdraws, { $entering } proposals enter, in this order: { $order }.
               *[other] If { $names } withdraw, { $entering } proposals enter, in this order: { $order }.
            }
        [pools]
            { $count ->
                [one] If { $names } drops out, { $entering } proposals enter, in this order: { $order }.
               *[other] If { $names } drop out, { $entering } proposals enter, in this order: { $order }.
            }
       *[both] If { $names } are gone, { $entering } proposals enter, in this order: { $order }.
    }
reserve-entry = { $proposal } enters with { $paid }.
reserve-impossible =
    { $gone ->
        [proposals]
            { $count ->
                [one] If { $names } withdraws, no plan can keep every constraint.
               *[other] If { $names } withdraw, no plan can keep every constraint.
            }
        [pools]
            { $count ->
                [one] If { $names } drops out, no plan can keep every constraint.
               *[other] If { $names } drop out, no plan can keep every constraint.
            }
       *[both] If { $names } are gone, no plan can keep every constraint.
    }
reserve-impossible-keeping =
    { $gone ->
        [proposals]
            { $count ->
                [one] If { $names } withdraws, no plan can keep every constraint and what all others were promised.
               *[other] If { $names } withdraw, no plan can keep every constraint and what all others were promised.
            }
        [pools]
            { $count ->
                [one] If { $names } drops out, no plan can keep every constraint and what the others were promised.
               *[other] If { $names } drop out, no plan can keep every constraint and what the others were promised.
            }
       *[both] If { $names } are gone, no plan can keep every constraint and what the others were promised.
    }
reserve-unknown =
    { $gone ->
        [proposals]
            { $count ->
                [one] Who enters if { $names } withdraws was not settled in the time.
               *[other] Who enters if { $names } withdraw was not settled in the time.
            }
        [pools]
            { $count ->
                [one] Who enters if { $names } drops out was not settled in the time.
               *[other] Who enters if { $names } drop out was not settled in the time.
            }
       *[both] Who enters if { $names } are gone was not settled in the time.
    }

## What else changes. $count counts those who are listed.

reserve-more =
    { $count ->
        [one] One proposal that is funded already gets more: { $listed }.
       *[other] { $count } proposals that are funded already get more: { $listed }.
    }
reserve-less =
    { $count ->
        [one] One proposal gets less: { $listed }.
       *[other] { $count } proposals get less: { $listed }.
    }
reserve-leaving =
    { $count ->
        [one] One proposal leaves, with what it was to get: { $listed }.
       *[other] { $count } proposals leave, with what they were to get: { $listed }.
    }
reserve-payers =
    { $count ->
        [one] For one proposal that gets as much as before, the pools that pay change: { $listed }.
       *[other] For { $count } proposals that get as much as before, the pools that pay change: { $listed }.
    }
reserve-stays =
    { $count ->
        [one] { $listed } stays unspent.
       *[other] What stays unspent: { $listed }.
    }
reserve-spends =
    { $count ->
        [one] { $listed } that was left is spent.
       *[other] What was left and is spent: { $listed }.
    }

## What it costs. $value is what merit counts: per_amount or per_project.

reserve-cost =
    { $value ->
        [per_amount] It costs { $merit } of score-weighted money.
       *[per_project] It costs { $merit } of score-weighted projects.
    }
reserve-cost-between =
    { $value ->
        [per_amount] It costs between { $low } and { $high } of score-weighted money.
       *[per_project] It costs between { $low } and { $high } of score-weighted projects.
    }
reserve-gain =
    { $value ->
        [per_amount] Score-weighted money even rises, by { $merit }.
       *[per_project] Score-weighted projects even rise, by { $merit }.
    }
reserve-targets = The weighted shortfall of targets of priority { $priority } grows by { $shortfall } of what they ask.
reserve-targets-less = The weighted shortfall of targets of priority { $priority } falls by { $shortfall } of what they ask.
reserve-uncounted =
    { $count ->
        [one] The target { $targets } goes with its pool, and what it asked for is no longer counted.
       *[other] The targets { $targets } go with their pools, and what they asked for is no longer counted.
    }
