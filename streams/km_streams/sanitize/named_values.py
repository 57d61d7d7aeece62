"""Values of JSON that are secret by a name: their own, that of an object around them, an option before them. Pure."""

from collections.abc import Iterator, Sequence

from km_streams.sanitize.detector import Detector
from km_streams.sanitize.leaves import Container, Leaf
from km_streams.sanitize.ruleset import NameGroup
from km_streams.sanitize.spans import Span


def spans_by_names(leaves: Sequence[Leaf], detector: Detector) -> Iterator[tuple[int, Span]]:
    """(number of the leaf, what of it is secret because of a name), ascending."""
    if not _may_name(leaves, detector):
        return
    names = _Names(detector)
    names.learn_pairs(leaves)
    option: Leaf | None = None
    for number, leaf in enumerate(leaves):
        if leaf.is_name:
            continue
        named = names.group_of_option(option, leaf) if option else None
        group = named or names.group_over(leaf)
        option = leaf if leaf.text[:1] == b"-" and isinstance(leaf.step, int) else None
        if group and (group.numbers or not leaf.is_number):
            span = detector.named_span(group, leaf.text, is_option=named is not None)
            if span:
                yield number, span


def _may_name(leaves: Sequence[Leaf], detector: Detector) -> bool:
    """Whether a name, or an option of a command line, may be that of a secret."""
    names = {leaf.text for leaf in leaves if leaf.is_name}
    return (
        not names.isdisjoint(detector.rules.pair_names)
        or any(map(detector.group_of, names))
        or any(leaf.text[:1] == b"-" for leaf in leaves)
    )


class _Names:
    """Which secret names stand over a value: its own, or that of an object or array around it."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._inherited: dict[Container | None, NameGroup | None] = {None: None}
        self._paired: dict[Container, NameGroup] = {}

    def learn_pairs(self, leaves: Sequence[Leaf]) -> None:
        """Remember the objects of which one member names what another one holds."""
        rules = self._detector.rules
        for leaf in leaves:
            if isinstance(leaf.step, Leaf) and leaf.step.text in rules.pair_names and leaf.container is not None:
                group = self._detector.group_of(leaf.text)
                if group and not leaf.is_number:
                    self._paired[leaf.container] = group

    def group_over(self, leaf: Leaf) -> NameGroup | None:
        """The group of the nearest secret name over a value."""
        if isinstance(leaf.step, Leaf):
            own = self._detector.group_of(leaf.step.text)
            if leaf.container in self._paired and leaf.step.text in self._detector.rules.pair_values:
                own = own or self._paired[leaf.container]
            if own or leaf.step.text in self._detector.rules.describing_names:
                return own
        return self._over_container(leaf.container)

    def group_of_option(self, option: Leaf, value: Leaf) -> NameGroup | None:
        """The group of an option (`--api-key`) that stands right before its value in an array."""
        if option.container is not value.container or b"=" in option.text or value.text[:1] == b"-":
            return None
        return self._detector.group_of(option.text.lstrip(b"-"))

    def _over_container(self, container: Container | None) -> NameGroup | None:
        chain = []
        while container not in self._inherited:
            chain.append(container)
            container = container.parent if container else None
        group = self._inherited[container]
        for inner in reversed(chain):
            if inner is not None:
                group = self._inherited[inner] = self._below(inner, group)
        return group

    def _below(self, container: Container, outer: NameGroup | None) -> NameGroup | None:
        if not isinstance(container.step, Leaf):
            return outer
        holder = container.parent.step if container.parent else None
        if isinstance(holder, Leaf) and holder.text in self._detector.rules.schema_names:
            return None
        return self._detector.group_of(container.step.text) or outer
