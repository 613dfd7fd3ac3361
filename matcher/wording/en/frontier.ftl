# How far a target can be pushed, and what that costs.

frontier-floor = { $target } can be pushed to a floor of { $value }, and no plan goes further.
frontier-cap = { $target } can be pushed to a cap of { $value }, and no plan goes further.
frontier-floor-between = { $target } can be pushed to a floor of { $value }; whether to more, up to { $limit }, is not proven.
frontier-cap-between = { $target } can be pushed to a cap of { $value }; whether to less, down to { $limit }, is not proven.
frontier-unknown = How far { $target } can be pushed is not known beforehand.
frontier-costs = Pushed that far, it costs { $cost } of { $merit }, { $share } of it.
frontier-free = Pushed that far, it costs no merit.
frontier-count =
    { $count ->
        [one] one proposal
       *[other] { $count } proposals
    }
