"""`python -m km_streams.testing.tally_worker`: runs the stage `tally`, which the engine knows nothing of."""

import os
import sys

from km_streams.engine.topic_stage import TopicStage
from km_streams.settings import from_environment
from km_streams.testing.tally import STAGE, TallyProcessor
from km_streams.worker import run

if __name__ == "__main__":
    sys.exit(run(from_environment(os.environ), STAGE, lambda equipment: TopicStage(TallyProcessor(), equipment)))
