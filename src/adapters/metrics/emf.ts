import { Metrics as Emf, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Metric, Metrics } from '../../ports/metrics.ts';

export interface EmfOf {
  readonly namespace: string;
  readonly service: string;
  readonly functionName: string;
}

const unitOf = (metric: Metric): 'Bytes' | 'Seconds' | 'Count' => {
  if (metric.includes('Bytes')) return MetricUnit.Bytes;
  return metric.endsWith('Seconds') ? MetricUnit.Seconds : MetricUnit.Count;
};

/** Metrics as lines of the log that CloudWatch reads (embedded metric format): no call to any service. */
export function emfMetrics({ namespace, service, functionName }: EmfOf): Metrics {
  const metrics = new Emf({ namespace, serviceName: service, defaultDimensions: { function: functionName } });
  let count = 0;
  return {
    add(metric, value) {
      count += 1;
      metrics.addMetric(metric, unitOf(metric), value);
    },
    publish() {
      if (count > 0) metrics.publishStoredMetrics();
      count = 0;
    },
  };
}
