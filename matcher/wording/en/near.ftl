# Staying near an earlier result.
near-changed = { $changes ->
    [0] Nothing changes against the earlier result.
    [one] One proposal changes against the earlier result: { $names }.
   *[other] { $more ->
        [0] { $changes } proposals change against the earlier result: { $names }.
        [one] { $changes } proposals change against the earlier result: { $names } and one more.
       *[other] { $changes } proposals change against the earlier result: { $names } and { $more } more.
    }
}
near-limit = { $most ->
    [0] No proposal was allowed to change.
    [one] At most one proposal was allowed to change.
   *[other] At most { $most } proposals were allowed to change.
}
near-price = Merit is counted less { $price } for each proposal changed, in the tier of that proposal.
near-reasons = Reasons for decisions, what passed over proposals would cost, and the comparison with the ranked list do not look at the earlier result: a proposal may also have been left as it was for its sake.
near-needed = { $needed ->
    [one] At least one proposal has to change against the earlier result, and none may.
   *[other] { $most ->
        [0] At least { $needed } proposals have to change against the earlier result, and none may.
        [one] At least { $needed } proposals have to change against the earlier result, and only one may.
       *[other] At least { $needed } proposals have to change against the earlier result, and only { $most } may.
    }
}

# What is wrong with what was asked for.
near-amount = is not a whole amount of the round's currency, { $currency }.
near-amount-remedy = Name the result of a round in the same currency.
near-rule = The rule "{ $rule }" goes down a list and cannot stay near an earlier result. Use --rule max_merit, or leave --stay-near out.
near-limits = Say how near: --stay-near takes --at-most, or --price-per-change, or both.
near-alone = --at-most and --price-per-change say how near an earlier result to stay: name it with --stay-near.
near-price-range = A price per change is a number above 0 and up to { $most }, with at most { $decimals } decimals.
near-unreadable = The earlier result that the awards were to stay near cannot be read: { $why }.
near-below-none = The number of proposals that may change is nought or more.
