"""Connected components of a graph of records."""

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Members = npt.NDArray[np.int32]
LARGEST_COMPONENT = 300  # records of a component that is looked at pair by pair


def components(size: int, left: npt.ArrayLike, right: npt.ArrayLike) -> Members:
    """For each record from 1 to `size`, the smallest record that edges connect it to, itself included."""
    rows, columns = np.asarray(left, dtype=np.int64) - 1, np.asarray(right, dtype=np.int64) - 1
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(size, size))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)
    return np.asarray(first[labels] + 1, dtype=np.int32)
