"""The pages of scenarios as templates, which share the look of the report."""

from functools import cache

from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined, Template


@cache
def template_of(page: str) -> Template:
    """Give the template of a page, `whatif.html` or `comparison.html`; names are escaped."""
    environment = Environment(
        loader=PrefixLoader(
            {
                "scenarios": PackageLoader("matcher.scenarios", "pages"),
                "writing": PackageLoader("matcher", "writing"),
            }
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"scenarios/{page}.j2")
