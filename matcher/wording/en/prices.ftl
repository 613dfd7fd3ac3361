# What rules are called. $limit is text: an amount with its currency, a share or a number.
price-target-min-share = the target { $id } (at least { $limit } of the money)
price-target-max-share = the target { $id } (at most { $limit } of the money)
price-target-min-amount = the target { $id } (at least { $limit })
price-target-max-amount = the target { $id } (at most { $limit })
price-target-min-count = the target { $id } ({ $number ->
    [one] at least one project
   *[other] at least { $limit } projects
})
price-target-max-count = the target { $id } ({ $number ->
    [one] at most one project
   *[other] at most { $limit } projects
})
price-policy-max-proposals-per-organisation = the policy's limit of { $limit } on the projects of one organisation
price-policy-max-amount-per-organisation = the policy's limit of { $limit } on what one organisation gets
price-policy-max-award-to-budget = the policy's limit of { $limit } of its yearly budget on what an organisation gets
price-policy-max-funders-per-proposal = the policy's limit of { $limit } on the funders of one project
price-policy-score-threshold = the policy's threshold of { $limit } points
price-policy-min-award = the policy's smallest award of { $limit }
price-pool-max-grants = the limit of { $limit } on the grants of pool { $id }
price-pool-max-project-share = the limit of { $limit } on the share of a project that pool { $id } pays
price-pool-max-grant = the largest grant of { $limit } of pool { $id }
price-pool-min-grant = the smallest grant of { $limit } of pool { $id }
price-pool-sole-funder = the condition that pool { $id } funds alone
price-pool-not-with = the condition that pool { $id } does not fund together with { $limit }
price-proposal-max-funders = the limit of { $limit } on the funders of proposal { $id }

# What one of them, or an exception, costs. $what names it; $unit says what merit is counted in.
cost-merit = { $what } costs { $merit } of { $unit }: so much more the best plan would reach without it.
cost-merit-between = { $what } costs between { $low } and { $high } of { $unit }: so much more the best plan would reach without it.
cost-at-most = If { $what } costs anything, it is at most { $high } of { $unit }.
cost-nothing = { $what } costs nothing: without it no plan is better.
cost-merit-brought = { $what } brings { $merit } of { $unit }: so much less the best plan would reach without it.
cost-merit-brought-between = { $what } brings between { $low } and { $high } of { $unit }: so much less the best plan would reach without it.
cost-merit-either = Without { $what } the best plan would reach between { $low } less and { $high } more of { $unit }.
cost-merit-unmoved = { $what } costs no { $unit }.
cost-missed-less = Without it the soft targets of priority { $priority } would be missed by { $change } less, as a sum of shares of what they ask for.
cost-missed-more = Without it the soft targets of priority { $priority } would be missed by { $change } more, as a sum of shares of what they ask for.
cost-first = Targets missed less come before { $unit }, so that { $unit } may fall while the plan gets better.
cost-tier = Of that, tier { $tier } would change by { $change }.
cost-no-tier = Of that, projects without a tier would change by { $change }.
cost-gone = No soft target of priority { $priority } is left then, so that none is counted as missed.
cost-anew = What is missed of priority { $priority } leaves this target out, in both plans.
cost-as-reached = That holds as long as what comes before { $unit } stands as it was reached: it is not proven to the last unit.
cost-impossible = Without { $what } no plan keeps every constraint of the round.
cost-unknown = It was not known in the time what { $what } costs.

price-none = No target, limit or term of a pool bounds this round.
price-idle = Nothing would be gained without any of these alone: { $rules }.
price-settled = If any of these costs anything alone, it is at most { $high } of { $unit }: { $rules }.
price-unknown = It was not known in the time what these cost: { $rules }.
price-not-summed = Prices do not add up: two rules that keep the same plan out cost nothing each.
