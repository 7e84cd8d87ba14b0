"""The fewest flows that have to be stubs, found by trying: a second opinion on the planner's search."""

import itertools

from .comparer import content_of
from .json_strings import strings_of


def references_among(flows):
    """Name graph: index of a flow -> indexes of those of `flows` (rows of a dump) that it refers to."""
    graph = {}
    for number, flow in enumerate(flows):
        text = " ".join(s.value for s in strings_of(content_of(flow)))
        graph[number] = {other for other, row in enumerate(flows) if row["id"] in text}
    return graph


def components(graph):
    """Sets of two and more nodes, or of one with an edge to itself, each of which reaches each."""
    def reach(start):
        seen, todo = set(), [start]
        while todo:
            for other in graph[todo.pop()]:
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    reached = {node: reach(node) for node in graph}
    out, done = [], set()
    for node in graph:
        if node in reached[node] and node not in done:
            component = {other for other in reached[node] if node in reached[other]}
            done |= component
            out.append(component)
    return out


def is_open(graph, removed):
    """Whether no circle is left when the nodes of `removed` are taken out."""
    left = {node: {n for n in edges if n not in removed} for node, edges in graph.items() if node not in removed}
    while True:
        ends = [node for node, edges in left.items() if not edges]
        if not ends:
            return not left
        for node in ends:
            del left[node]
        for edges in left.values():
            edges.difference_update(ends)


def fewest_stubs(graph):
    """The least number of nodes whose removal opens every circle."""
    total = 0
    for component in components(graph):
        inner = {node: graph[node] & component for node in component}
        total += next(size for size in range(1, len(component) + 1)
                      if any(is_open(inner, set(chosen)) for chosen in itertools.combinations(sorted(component), size)))
    return total
