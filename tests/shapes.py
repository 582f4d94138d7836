"""What checks annotated shapes while tests run; `conftest` names it to the import hook."""

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))  # an int may stand where a float is annotated, as in typing
