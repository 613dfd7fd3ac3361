"""Proposals and what is found of them at once, as sent and answered."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.http.listing import Page
from api.http.problems import FieldProblem
from api.schemas.rows import Identifier, NoFormula, Sent, Text, kept_model, sent_model
from matcher.explaining.applicants.precheck import Precheck

NAMING = ("proposal_id", "org_id")
_ProposalColumns: Any = sent_model("proposals", "ProposalColumns", NAMING)
_KeptProposalColumns: Any = kept_model("proposals", "KeptProposalColumns")


class Proposal(_ProposalColumns):  # type: ignore[misc]  # its base is made at run time
    """A request for money. Scores, tier, status and checked facts are for others to say."""

    proposal_id: Annotated[Identifier | None, NoFormula] = Field(
        None, description="Given by the service; only the coordinator may choose it."
    )
    org_id: Identifier | None = Field(
        None, description="Whose it is; an NGO's own if it is left out."
    )


class KeptProposal(_KeptProposalColumns):  # type: ignore[misc]  # its base is made at run time
    """A proposal as it is kept."""


class Checked(BaseModel):
    """What is found of a proposal at once; warnings do not keep it out."""

    problems: list[FieldProblem] = Field(description="What to look at; errors are refused.")
    precheck: Precheck | None = Field(
        None, description="How it stands with every pool; none while the round has no pools yet."
    )


class Submitted(Checked):
    """A proposal as it is kept now, and what is found of it."""

    proposal: KeptProposal


class ProposalPage(Page):
    """Some of the proposals."""

    items: list[KeptProposal]


class Withdrawal(Sent):
    """Why a proposal is withdrawn."""

    reason: Annotated[Text, NoFormula] = Field(
        min_length=1, examples=["Another donor funds the work."]
    )
