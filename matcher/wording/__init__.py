"""The sentences that people read, in catalogues that translators can work on, a folder a language.

What is said is data first: a message's name and its values. A catalogue makes words of it.
"""

from matcher.wording.catalogue import Catalogue, Said, catalogue_of

__all__ = ["Catalogue", "Said", "catalogue_of"]
