/** The run in pictures, each with its numbers as a table; what is chosen in one filters the rows below. */
import { useEffect, useState } from 'preact/hooks';
import type { PlotData } from '../../../protocol/detail.ts';
import type { AlikeCases, ClassCell, MetricRange } from '../../../protocol/query.ts';
import { CloseButton } from '../run-list.tsx';
import { ClassMatrix } from './class-matrix.tsx';
import { CostSplitPlot } from './cost-split.tsx';
import { Distribution } from './distribution.tsx';
import { PassHistory } from './pass-history.tsx';
import { FailureGroupList } from './failure-group-list.tsx';
import { QualityCost } from './quality-cost.tsx';

interface PlotsProps {
  readonly load: () => Promise<PlotData>;
  /** Changes when there are other numbers. */
  readonly stamp: string;
  readonly range: MetricRange | null;
  readonly onRange: (range: MetricRange | null) => void;
  readonly cell: ClassCell | null;
  readonly onCell: (cell: ClassCell | null) => void;
  readonly alike: AlikeCases | null;
  readonly onAlike: (alike: AlikeCases | null) => void;
  readonly onOpenRun: (id: string) => void;
  readonly onColumn: (id: string) => void;
  readonly onClose: () => void;
}

export function Plots({ load, stamp, range, onRange, cell, onCell, alike, onAlike, onOpenRun, onColumn, onClose }: PlotsProps) {
  const [data, setData] = useState<PlotData | null>(null);
  useEffect(() => void load().then(setData), [stamp]);
  return (
    <section class="panel plots" aria-label="Plots">
      <div class="panel-head">
        <h2>Plots</h2>
        <CloseButton onClose={onClose} label="Close the plots" />
      </div>
      {data === null ? (
        <p class="quiet">Counting…</p>
      ) : (
        <div class="panel-scroll plot-grid" tabIndex={0} role="region" aria-label="Plots of the run">
          {data.columns.flatMap(({ id, name, failureGroups }) =>
            failureGroups === null
              ? []
              : [<FailureGroupList key={id} name={name} groups={failureGroups} chosen={alike} onAlike={onAlike} />],
          )}
          <QualityCost columns={data.columns} onColumn={onColumn} />
          <Distribution
            title="Time to first token"
            metric="ttftMs"
            columns={data.columns}
            edges={data.edges.ttftMs}
            range={range}
            onRange={onRange}
          />
          <Distribution
            title="Total time"
            metric="latencyMs"
            columns={data.columns}
            edges={data.edges.latencyMs}
            range={range}
            onRange={onRange}
          />
          <CostSplitPlot columns={data.columns} />
          <PassHistory history={data.history} onOpenRun={onOpenRun} />
          {data.columns.flatMap(({ id, name, classes }) =>
            classes.map((metrics) => (
              <ClassMatrix key={`${id} ${metrics.field}`} column={id} name={name} metrics={metrics} chosen={cell} onCell={onCell} />
            )),
          )}
          {data.columns.flatMap(({ id, name, fieldErrors }) =>
            fieldErrors.map((text) => (
              <p key={`${id} ${text}`} class="classes quiet">
                {name}: {text}
              </p>
            )),
          )}
        </div>
      )}
    </section>
  );
}
