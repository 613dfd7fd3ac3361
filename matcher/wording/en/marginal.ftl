# What more and less money in a pool is worth. Amounts are text with their currency.
marginal-pool = Pool { $pool } has { $budget } to give, of which the best plan leaves { $left }.
marginal-empty = Pool { $pool } may fund nothing in this round: money in it is worth nothing to anyone here.
marginal-more = With { $step } more the best plan would gain { $merit } of { $unit }: { $rate } for each { $currency }.
marginal-more-between = With { $step } more the best plan would gain between { $low } and { $high } of { $unit }: between { $lowrate } and { $highrate } for each { $currency }.
marginal-more-nothing = With { $step } more no plan is better.
marginal-more-at-most = With { $step } more the best plan would gain { $high } of { $unit } at most, if anything.
marginal-more-lost = With { $step } more the best plan would have { $merit } less of { $unit }, because targets move with the money.
marginal-more-lost-first = With { $step } more the best plan would have { $merit } less of { $unit }, because targets come first and can be met better.
marginal-more-unknown = What { $step } more would be worth was not known in the time.
marginal-more-impossible = With { $step } more no plan would keep every constraint, because targets move with the money.
marginal-less = With { $step } less the best plan would lose { $merit } of { $unit }: { $rate } for each { $currency }.
marginal-less-between = With { $step } less the best plan would lose between { $low } and { $high } of { $unit }: between { $lowrate } and { $highrate } for each { $currency }.
marginal-less-nothing = With { $step } less nothing would be lost.
marginal-less-at-most = With { $step } less the best plan would lose { $high } of { $unit } at most, if anything.
marginal-less-gained = With { $step } less the best plan would have { $merit } more of { $unit }, because targets move with the money.
marginal-less-gained-first = With { $step } less the best plan would have { $merit } more of { $unit }, because less can be done for targets, which come first.
marginal-less-unknown = What { $step } less would cost was not known in the time.
marginal-less-impossible = With { $step } less no plan would keep every constraint.
marginal-more-same = With { $step } more no better plan was found; what the best plan reaches would change by { $high } of { $unit } at most.
marginal-less-same = With { $step } less a plan as good was found; what the best plan reaches would change by { $high } of { $unit } at most.
marginal-either = With a budget changed by { $step } the best plan would have between { $low } less and { $high } more of { $unit }.
marginal-missed-less = The soft targets of priority { $priority } would then be missed by { $change } less, as a sum of shares of what they ask for.
marginal-missed-more = The soft targets of priority { $priority } would then be missed by { $change } more, as a sum of shares of what they ask for.
marginal-holds-more = That value holds up to { $reach } more, as far as it was tried.
marginal-holds-less = That value holds down to { $reach } less, as far as it was tried.
marginal-bends-more = That value holds up to { $reach } more, as far as it was tried; with { $breaks } more it no longer does.
marginal-bends-less = That value holds down to { $reach } less, as far as it was tried; with { $breaks } less it no longer does.
marginal-one-value = One value holds at every budget tried from { $low } to { $high }: { $rate } of { $unit } for each { $currency }.
marginal-no-one-value = No single value holds: what money in this pool is worth changes with how much there is.
marginal-piece = Between a budget of { $low } and one of { $high } it is { $rate } of { $unit } for each { $currency } on average.
marginal-piece-nothing = Between a budget of { $low } and one of { $high } it is nothing.
marginal-piece-lost = Between a budget of { $low } and one of { $high } each { $currency } more takes away { $rate } of { $unit } on average, for the sake of targets.
marginal-enough = More money in this pool is worth nothing, however much it were.
marginal-not-enough = With enough money in this pool a better plan can be had.
marginal-targets = { $number ->
    [one] The target { $targets } is a share of money that this pool is part of: it moves with the budget.
   *[other] The targets { $targets } are shares of money that this pool is part of: they move with the budget.
}
marginal-gap = These are intervals because the solves were allowed a gap; with a gap of 0 they would be exact.
