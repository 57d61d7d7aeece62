"""Partition counts are contract."""

import pytest

from km_streams.engine.errors import RefusedError
from km_streams.engine.log_offsets import check_partitions


def test_the_contracts_count_is_accepted() -> None:
    check_partitions("mcp.frames.v1", found=4, wanted=4)


@pytest.mark.parametrize(("found", "sentence"), [(0, "does not exist"), (3, "3 partitions, the contract says 4")])
def test_any_other_count_is_refused_with_what_to_do(found: int, sentence: str) -> None:
    with pytest.raises(RefusedError, match=f"{sentence}.*km-local provision"):
        check_partitions("mcp.frames.v1", found=found, wanted=4)
