"""Every table of the warehouse: its grain, key, columns, types and units; and the enums.

A layer is a DuckDB schema. Producers create their tables with `create` or `fill`; `expectations.suites`
turns the same definitions into the checks at the exit. `raw.<register>` has whatever columns the agency
sent, as text, behind `_snapshot`, `_file` and `_row`.
"""

from transforms.tables.clean import *  # noqa: F403
from transforms.tables.completeness import *  # noqa: F403
from transforms.tables.enums import *  # noqa: F403
from transforms.tables.error_rates import *  # noqa: F403
from transforms.tables.errors import *  # noqa: F403
from transforms.tables.lasting import *  # noqa: F403
from transforms.tables.ops import *  # noqa: F403
from transforms.tables.results import *  # noqa: F403
from transforms.tables.results import BLOCKING, MISSED, MODEL_USED, PAIRS, PATTERNS, WEIGHTS
from transforms.tables.review import *  # noqa: F403
from transforms.tables.review import CLUSTER_SIZES, DOUBTFUL, KEPT_JUDGEMENTS, UNBLOCKED
from transforms.tables.schema import *  # noqa: F403
from transforms.tables.trend import *  # noqa: F403

LINKAGE = (
    *(BLOCKING, PATTERNS, WEIGHTS, PAIRS, MISSED, MODEL_USED),
    *KEPT_JUDGEMENTS,
    *(CLUSTER_SIZES, DOUBTFUL, UNBLOCKED),
)
