#!/bin/sh
#SBATCH --job-name=boundary
#SBATCH --array=1-16
#SBATCH --cpus-per-task=4
#SBATCH --requeue
# A requeued part goes on where it stopped. Once all have ended: fusebox merge part-*.jsonl --json
fusebox sweep boundary --part "$SLURM_ARRAY_TASK_ID/16" --into "part-$SLURM_ARRAY_TASK_ID.jsonl"
