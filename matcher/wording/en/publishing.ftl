# What stands in published data, and what the terminal says of a publication. All values are text
# but counts.

published-round = What the round “{ $round }” awarded, as decided on { $day }. Written by { $mark }.
published-work = “{ $title }” is funded in the round “{ $round }”, decided on { $day }.
published-grant = “{ $title }” is funded by “{ $pool }” in the round “{ $round }”, decided on { $day }.
published-promised = The award is conditional: the donor has promised the money but not confirmed it yet.
published-open = The award is conditional: it holds only once what is still open about it is settled.
published-untold = The award is conditional; on what is not published.
published-share = { $share } of the work
published-start = The earliest day on which money may be paid; the proposal states no start.
published-person = Individual recipient
published-no-publisher = Publisher not stated yet

publish-written-360giving =
    { $grants ->
        [one] The 360Giving file lies at { $path }: one grant.
       *[other] The 360Giving file lies at { $path }: { $grants } grants.
    }
publish-written-iati =
    { $works ->
        [one] The IATI file lies at { $path }: one activity with { $grants } of its awards.
       *[other] The IATI file lies at { $path }: { $works } activities with { $grants } awards.
    }
publish-nothing = Nothing of this result is to be published: { $path } is empty. The standard asks for one entry at least, so do not publish the file.
publish-what-if = This is the result of a what-if, for which the round was changed. Publish it only where the board decided so: the identifiers are those of the round itself.
publish-no-round-remedy = Name the round with --round, or put it beside the result.
publish-without-payer =
    { $count ->
        [one] One award is left out, for its donor or pool is confidential.
       *[other] { $count } awards are left out, for their donor or pool is confidential.
    }
publish-without-work =
    { $count ->
        [one] One award is left out, for its proposal or applicant is confidential.
       *[other] { $count } awards are left out, for their proposal or applicant is confidential.
    }
publish-no-funder =
    { $count ->
        [one] One award does not name its donor, who withholds the name.
       *[other] { $count } awards do not name their donor, who withholds the name.
    }
publish-no-recipient =
    { $count ->
        [one] One award does not name its applicant, whose name is withheld.
       *[other] { $count } awards do not name their applicant, whose name is withheld.
    }
publish-person =
    { $count ->
        [one] One award goes to a person, whom a publication never names.
       *[other] { $count } awards go to persons, whom a publication never names.
    }
publish-conditional =
    { $count ->
        [one] One award is conditional, and is published as that.
       *[other] { $count } awards are conditional, and are published as that.
    }
publish-no-sector =
    { $count ->
        [one] One activity names no sector, which the rules of IATI ask for: { $names }. Add it to the file, or to the round and decide again.
       *[other] { $count } activities name no sector, which the rules of IATI ask for: { $names }. Add it to the file, or to the round and decide again.
    }
publish-no-place =
    { $count ->
        [one] One activity names no country or region, which the rules of IATI ask for: { $names }. Add it to the file, or to the round and decide again.
       *[other] { $count } activities name no country or region, which the rules of IATI ask for: { $names }. Add it to the file, or to the round and decide again.
    }
publish-360giving-publisher = Identifiers begin with { $instead }. Before you publish, have 360Giving give you a prefix, and name it with --publisher.
publish-iati-publisher = It is not stated who publishes, so the file says { $instead }, which is no identifier of any register. Before you publish, add --publisher with your organisation identifier at IATI.
publish-iati-publisher-name = The name of who publishes is “{ $instead }”. Before you publish, add --publisher-name with your name.
publish-iati-publisher-type = What kind of organisation publishes is not stated, so the file says { $instead }, other. Before you publish, add --publisher-type with what you are: { $types }.
