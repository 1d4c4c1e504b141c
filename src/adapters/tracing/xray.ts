import { Tracer } from '@aws-lambda-powertools/tracer';

/** Does `work` as one subsegment of the invocation's trace; what it throws is noted there. */
export async function traced<T>(service: string, name: string, work: () => Promise<T>): Promise<T> {
  const tracer = new Tracer({ serviceName: service, captureHTTPsRequests: false });
  const parent = tracer.getSegment();
  const segment = parent?.addNewSubsegment(`## ${name}`);
  if (segment !== undefined) tracer.setSegment(segment);
  tracer.annotateColdStart();
  tracer.addServiceNameAnnotation();
  try {
    return await work();
  } catch (error) {
    tracer.addErrorAsMetadata(error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    segment?.close();
    if (parent !== undefined) tracer.setSegment(parent);
  }
}
