# Words in charts of what-ifs and sweeps.
drawing-no-matplotlib = Charts need Matplotlib, which is not installed. Install the extra: pip install "donor-matcher[notebook]".
drawing-nothing = There is nothing to draw: { $table } has no rows with figures.
drawing-two-currencies = Amounts before and after are in two currencies, so that what moved cannot be drawn.

drawing-merit = Merit
drawing-money = Money placed
drawing-of-base = the round as it is: { $value }
drawing-without-plan = no plan
drawing-not-run = no answer

drawing-certain = certain: funded in 95 % of draws or more
drawing-open = your decision: funded in some draws and not in others
drawing-out = out: funded in 5 % of draws or fewer
drawing-share = share of { $draws ->
    [one] { $draws } draw
   *[other] { $draws } draws
  } in which a proposal is funded, with its 95 % interval

drawing-reached = best plan found
drawing-bound = up to the bound, which no plan exceeds
drawing-proven = best plan, proven
drawing-budgets = budgets, as a share of what they are
drawing-as-it-is = as it is
drawing-asked = what the target asks
drawing-costs = { $share } of merit
drawing-merit-axis = merit

drawing-before = before
drawing-after = after
drawing-moved = money, in { $currency }
drawing-moved-more = { $count ->
    [one] and one more, which changes less
   *[other] and { $count } more, which change less
  }
