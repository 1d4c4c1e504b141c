import type { Environment, Settings } from '../config.ts';
import type { Log } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import { machine } from './machine.ts';

/** What Lambda says of an invocation, as far as we ask. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  /** Milliseconds until Lambda ends the invocation. */
  getRemainingTimeInMillis(): number;
}

/** What this process was started with. */
export const environment = (): Environment => process.env;

const serviceOf = (env: Environment): string => env.POWERTOOLS_SERVICE_NAME ?? 'spendlight';

/** The log of an invocation; every line carries its request id and the run's. */
export async function openFunctionLog(
  env: Environment,
  { level, run, context }: { level: Settings['logLevel']; run: string; context: LambdaContext },
): Promise<Log> {
  const { powertoolsLog } = await import('../adapters/log/powertools-log.ts');
  return powertoolsLog({ level, run, service: serviceOf(env), context });
}

/** Metrics of an invocation, by the function's place in Spendlight (`digest`), not by the name that it has in an account. */
export async function openMetrics(env: Environment, functionName: string): Promise<Metrics> {
  const { emfMetrics } = await import('../adapters/metrics/emf.ts');
  const namespace = env.POWERTOOLS_METRICS_NAMESPACE ?? 'Spendlight';
  return emfMetrics({ namespace, service: serviceOf(env), functionName });
}

/** Does `work`, as a part of the invocation's trace where X-Ray wants one; else nothing of a tracer is loaded. */
export async function traced<T>(env: Environment, name: string, work: () => Promise<T>): Promise<T> {
  const isWanted =
    env.AWS_XRAY_DAEMON_ADDRESS !== undefined &&
    env.POWERTOOLS_TRACE_ENABLED !== 'false' &&
    env._X_AMZN_TRACE_ID?.includes('Sampled=1') === true;
  if (!isWanted) return work();
  const { traced: by } = await import('../adapters/tracing/xray.ts');
  return by(serviceOf(env), name, work);
}

/** Starts functions of this account and does not wait for them. */
export async function openInvoker({
  aws,
}: Settings): Promise<(functionName: string, event: object) => Promise<void>> {
  const { invoker } = await import('../adapters/lambda/invoke.ts');
  return invoker(aws, machine);
}

/** Posts lines of text to a Slack webhook. */
export async function openWebhook(address: string): Promise<(text: string) => Promise<void>> {
  const { slackWebhook } = await import('../adapters/slack/webhook.ts');
  return slackWebhook(address);
}

/** Reads secrets from Parameter Store. */
export async function openParameters({ aws }: Settings): Promise<(name: string) => Promise<string>> {
  const { parameters } = await import('../adapters/parameters/ssm.ts');
  return parameters(aws, machine);
}
