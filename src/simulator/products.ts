/**
 * What the simulated organisation buys: one priced meter a line. Codes are those of the shipped service table, prices are
 * near AWS's public ones and in USD; `list > contracted` is a private rate. `q`: decimals of a quantity, so that price
 * times quantity is an exact decimal of at most 15 places. Templates of resources know {account}, {region}, {name}, {hex}.
 *
 * code | ServiceSubcategory | meter | operation | unit | list price | contracted price | q | ResourceType | resource | weight
 */
const TABLE = `
AmazonEC2 | Virtual Machines | BoxUsage:m6i.4xlarge | RunInstances | Hours | 0.92 | 0.8832 | 4 | Instance | i-0{hex} | 34
AmazonEC2 | Virtual Machines | BoxUsage:c7g.xlarge | RunInstances | Hours | 0.1656 | 0.1656 | 6 | Instance | i-0{hex} | 22
AmazonEC2 | Virtual Machines | EBS:VolumeUsage.gp3 | CreateVolume-Gp3 | GB-Mo | 0.0952 | 0.0952 | 6 | Volume | vol-0{hex} | 14
AmazonEC2 | Virtual Machines | SpotUsage:c6a.2xlarge | RunInstances:SV001 | Hours | 0.1342 | 0.1342 | 6 | Instance | i-0{hex} | 9
AmazonEC2 | Virtual Machines | NatGateway-Bytes | NatGateway | GB | 0.052 | 0.052 | 7 | NAT Gateway | arn:aws:ec2:{region}:{account}:natgateway/nat-0{hex} | 8
AmazonEC2 | Virtual Machines | DataTransfer-Out-Bytes | RunInstances | GB | 0.09 | 0.081 | 7 | | | 7
AmazonEC2 | Virtual Machines | EBS:SnapshotUsage | CreateSnapshot | GB-Mo | 0.054 | 0.054 | 7 | Snapshot | arn:aws:ec2:{region}:{account}:snapshot/snap-0{hex} | 4
AmazonS3 | Object Storage | TimedStorage-ByteHrs | StandardStorage | GB-Mo | 0.0245 | 0.0239 | 6 | Bucket | {name}-{hex6} | 58
AmazonS3 | Object Storage | Requests-Tier1 | PutObject | Requests | 0.0000054 | 0.0000054 | 0 | Bucket | {name}-{hex6} | 30
AmazonS3 | Object Storage | Requests-Tier2 | GetObject | Requests | 0.00000043 | 0.00000043 | 0 | Bucket | {name}-{hex6} | 12
AmazonRDS | Relational Databases | InstanceUsage:db.r6g.xl | CreateDBInstance:0014 | Hours | 0.5115 | 0.5115 | 6 | DB Instance | arn:aws:rds:{region}:{account}:db:{name} | 66
AmazonRDS | Relational Databases | RDS:GP3-Storage | CreateDBInstance:0014 | GB-Mo | 0.137 | 0.137 | 7 | DB Instance | arn:aws:rds:{region}:{account}:db:{name} | 22
AmazonRDS | Relational Databases | RDS:ChargedBackupUsage | CreateDBInstance | GB-Mo | 0.095 | 0.095 | 7 | DB Snapshot | arn:aws:rds:{region}:{account}:snapshot:{name} | 12
AmazonCloudFront | Content Delivery | DataTransfer-Out-Bytes | GET | GB | 0.085 | 0.068 | 7 | Distribution | arn:aws:cloudfront::{account}:distribution/E{HEX} | 78
AmazonCloudFront | Content Delivery | Requests-Tier2-HTTPS | GET | Requests | 0.0000012 | 0.0000012 | 0 | Distribution | arn:aws:cloudfront::{account}:distribution/E{HEX} | 22
AWSELB | Network Routing | LoadBalancerUsage | LoadBalancing:Application | Hours | 0.027 | 0.027 | 6 | Load Balancer | arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex} | 55
AWSELB | Network Routing | LCUUsage | LoadBalancing:Application | LCU-Hours | 0.008 | 0.008 | 6 | Load Balancer | arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex} | 45
AmazonElastiCache | Caching | NodeUsage:cache.r6g.large | CreateCacheCluster:0002 | Hours | 0.245 | 0.245 | 6 | Cache Cluster | arn:aws:elasticache:{region}:{account}:cluster:{name} | 100
AWSLambda | Serverless Compute | Lambda-GB-Second | Invoke | GB-Seconds | 0.0000166667 | 0.0000166667 | 0 | Lambda Function | arn:aws:lambda:{region}:{account}:function:{name} | 82
AWSLambda | Serverless Compute | Request | Invoke | Requests | 0.0000002 | 0.0000002 | 0 | Lambda Function | arn:aws:lambda:{region}:{account}:function:{name} | 18
AmazonDynamoDB | NoSQL Databases | WriteRequestUnits | PayPerRequestThroughput | WriteRequestUnits | 0.000000763 | 0.000000763 | 0 | Table | arn:aws:dynamodb:{region}:{account}:table/{name} | 60
AmazonDynamoDB | NoSQL Databases | TimedStorage-ByteHrs | StandardStorage | GB-Mo | 0.306 | 0.306 | 7 | Table | arn:aws:dynamodb:{region}:{account}:table/{name} | 40
AmazonCloudWatch | Observability | DataProcessing-Bytes | PutLogEvents | GB | 0.63 | 0.63 | 8 | Log Group | arn:aws:logs:{region}:{account}:log-group:/{name} | 62
AmazonCloudWatch | Observability | CW:MetricMonitorUsage | MetricStorage | Metrics | 0.3 | 0.3 | 9 | | | 38
AmazonVPC | Network Infrastructure | VpcEndpoint-Hours | VpcEndpoint | Hours | 0.012 | 0.012 | 6 | VPC Endpoint | arn:aws:ec2:{region}:{account}:vpc-endpoint/vpce-0{hex} | 100
AmazonES | Search | ESInstance:r6g.large | ESDomain | Hours | 0.202 | 0.202 | 6 | Domain | arn:aws:es:{region}:{account}:domain/{name} | 100
AWSQueueService | Messaging | Requests-Tier1 | SendMessage | Requests | 0.0000004 | 0.0000004 | 0 | Queue | arn:aws:sqs:{region}:{account}:{name} | 100
AmazonSNS | Messaging | DeliveryAttempts-HTTP | Publish | Notifications | 0.0000006 | 0.0000006 | 0 | Topic | arn:aws:sns:{region}:{account}:{name} | 100
AmazonECS | Containers | Fargate-vCPU-Hours:perCPU | FargateTask | Hours | 0.04656 | 0.04656 | 5 | Task | arn:aws:ecs:{region}:{account}:service/{name} | 100
AmazonEKS | Containers | AmazonEKS-Hours:perCluster | CreateOperation | Hours | 0.1 | 0.1 | 6 | Cluster | arn:aws:eks:{region}:{account}:cluster/{name} | 100
AmazonECR | Containers | TimedStorage-ByteHrs | | GB-Mo | 0.1 | 0.1 | 8 | Repository | arn:aws:ecr:{region}:{account}:repository/{name} | 100
AmazonApiGateway | Application Networking | ApiGatewayHttpRequest | ApiGatewayHttpApi | Requests | 0.0000012 | 0.0000012 | 0 | API | arn:aws:apigateway:{region}::/apis/{hex6} | 100
AWSSecretsManager | Secret Management | AWSSecretsManager-Secrets | | Secrets | 0.4 | 0.4 | 9 | Secret | arn:aws:secretsmanager:{region}:{account}:secret:{name}-{hex6} | 100
awskms | Secret Management | KMS-Requests | | Requests | 0.000003 | 0.000003 | 0 | Key | arn:aws:kms:{region}:{account}:key/{hex} | 100
AmazonRoute53 | Network Routing | DNS-Queries | A | Queries | 0.0000004 | 0.0000004 | 0 | Hosted Zone | arn:aws:route53:::hostedzone/Z{HEX} | 100
AmazonSES | Other (Business Applications) | Recipients | Send | Count | 0.0001 | 0.0001 | 0 | | | 100
AWSBackup | Backup Storage | WarmStorage-ByteHrs-EBS | Storage | GB-Mo | 0.06 | 0.06 | 7 | Backup Vault | arn:aws:backup:{region}:{account}:backup-vault:{name} | 100
AmazonCognito | Other (Security) | CognitoUserPoolsMAU | | Users | 0.0055 | 0.0055 | 6 | User Pool | arn:aws:cognito-idp:{region}:{account}:userpool/{hex6} | 100
AmazonGuardDuty | Threat Detection and Response | PaidEventsAnalyzed | | Events | 0.0000046 | 0.0000046 | 0 | Detector | arn:aws:guardduty:{region}:{account}:detector/{hex} | 100
AWSConfig | Compliance | ConfigurationItemRecorded | | ConfigRuleEvaluations | 0.003 | 0.003 | 4 | | | 100
AWSSecurityHub | Security Posture Management | PaidComplianceCheck | | Checks | 0.001 | 0.001 | 0 | | | 100
AWSCloudTrail | Compliance | PaidEventsRecorded | | Events | 0.00002 | 0.00002 | 0 | Trail | arn:aws:cloudtrail:{region}:{account}:trail/{name} | 100
AWSXRay | Developer Platforms | XRay-TracesStored | | Traces | 0.000005 | 0.000005 | 0 | | | 100
AWSSystemsManager | Observability | PS-Advanced-Param-Tier1 | | Parameters | 0.05 | 0.05 | 8 | | | 100
AmazonInspectorV2 | Security Posture Management | EC2-Resource-Scanning | | Instances | 1.2528 | 1.2528 | 8 | | | 100
AWSEvents | Messaging | Event-64K-Chunks | PutEvents | Events | 0.000001 | 0.000001 | 0 | Event Bus | arn:aws:events:{region}:{account}:event-bus/{name} | 100
AmazonStates | Workflow Orchestration | StateTransition | | StateTransitions | 0.000025 | 0.000025 | 0 | State Machine | arn:aws:states:{region}:{account}:stateMachine:{name} | 100
CodeBuild | Continuous Integration and Deployment | Build-Min:Linux:g1.medium | | Minutes | 0.01 | 0.01 | 4 | Build Project | arn:aws:codebuild:{region}:{account}:project/{name} | 100
AWSCodePipeline | Continuous Integration and Deployment | activePipeline | | Pipelines | 1 | 1 | 8 | Pipeline | arn:aws:codepipeline:{region}:{account}:{name} | 100
AWSGlue | Data Processing | ETL-DPU-Hour | Jobrun | DPU-Hours | 0.44 | 0.44 | 8 | Job | arn:aws:glue:{region}:{account}:job/{name} | 100
AmazonRedshift | Data Warehouses | Node:ra3.xlplus | RunComputeNode:0001 | Hours | 1.235 | 1.1115 | 6 | Cluster | arn:aws:redshift:{region}:{account}:cluster:{name} | 100
AmazonAthena | Data Processing | DataScannedInTB | StartQueryExecution | TB | 5 | 5 | 9 | Workgroup | arn:aws:athena:{region}:{account}:workgroup/{name} | 100
ElasticMapReduce | Data Processing | BoxUsage:m6g.2xlarge | RunInstances | Hours | 0.0924 | 0.0924 | 6 | Cluster | arn:aws:elasticmapreduce:{region}:{account}:cluster/j-{HEX} | 100
AmazonKinesis | Streaming Analytics | Storage-ShardHour | PutRequest | Hours | 0.018 | 0.018 | 7 | Stream | arn:aws:kinesis:{region}:{account}:stream/{name} | 100
AmazonKinesisFirehose | Streaming Analytics | BilledBytes | PutRecordBatch | GB | 0.031 | 0.031 | 7 | Delivery Stream | arn:aws:firehose:{region}:{account}:deliverystream/{name} | 100
AmazonMSK | Streaming Analytics | Kafka.m7g.large | RunBroker | Hours | 0.228 | 0.228 | 6 | Cluster | arn:aws:kafka:{region}:{account}:cluster/{name} | 100
AmazonMWAA | Workflow Orchestration | mw1.small | Airflow-Environment | Hours | 0.49 | 0.49 | 7 | Environment | arn:aws:airflow:{region}:{account}:environment/{name} | 100
AmazonQuickSight | Business Intelligence | QS-User-Enterprise-Month | | Users | 24 | 24 | 9 | | | 100
AmazonSageMaker | Machine Learning | Host:ml.g5.xlarge | RunInstance | Hours | 1.7584 | 1.7584 | 6 | Endpoint | arn:aws:sagemaker:{region}:{account}:endpoint/{name} | 100
AmazonBedrock | Generative AI | InputTokenCount | InvokeModelInference | 1K tokens | 0.003 | 0.003 | 4 | | | 100
AmazonRekognition | Machine Learning | ImagesProcessed | DetectLabels | Images | 0.0012 | 0.0012 | 0 | | | 100
AmazonEFS | File Storage | TimedStorage-ByteHrs | Storage | GB-Mo | 0.36 | 0.36 | 8 | File System | arn:aws:elasticfilesystem:{region}:{account}:file-system/fs-0{hex} | 100
AmazonFSx | File Storage | Storage_MultiAZ:SSD | CreateFileSystem:Windows | GB-Mo | 0.276 | 0.276 | 7 | File System | arn:aws:fsx:{region}:{account}:file-system/fs-0{hex} | 100
AmazonWorkSpaces | End User Computing | AW-HW-2-AutoStop-User | Running | Hours | 0.3 | 0.27 | 7 | Workspace | arn:aws:workspaces:{region}:{account}:workspace/ws-{hex6} | 100
AWSDirectoryService | Other (Security) | MicrosoftAD-Enterprise-Usage | Create | Hours | 0.4 | 0.4 | 7 | Directory | arn:aws:ds:{region}:{account}:directory/d-{hex6} | 100
AWSTransfer | Data Migration | ProtocolHours | SFTP:S3 | Hours | 0.3 | 0.3 | 7 | Server | arn:aws:transfer:{region}:{account}:server/s-{hex} | 100
AWSDirectConnect | Network Connectivity | PortUsage:1G | CreateDirectConnect | Hours | 0.3 | 0.3 | 7 | Connection | arn:aws:directconnect:{region}:{account}:dxcon/dxcon-{hex6} | 100
awswaf | Other (Security) | RequestV2-Tier1 | | Requests | 0.0000006 | 0.0000006 | 0 | Web ACL | arn:aws:wafv2:{region}:{account}:regional/webacl/{name} | 100
AmazonConnect | Productivity and Collaboration | end-customer-mins | | Minutes | 0.018 | 0.018 | 5 | | | 100
AmazonMacie | Security Posture Management | SensitiveDataDiscovery | | GB | 1 | 1 | 8 | | | 100
AmazonDocDB | NoSQL Databases | InstanceUsage:db.r6g.large | CreateCluster:0001 | Hours | 0.3143 | 0.3143 | 6 | Cluster | arn:aws:rds:{region}:{account}:cluster:{name} | 100
AmazonMQ | Messaging | mq.m5.large | CreateBroker:0001 | Hours | 0.33 | 0.33 | 6 | Broker | arn:aws:mq:{region}:{account}:broker:{name} | 100
AWSDatabaseMigrationSvc | Data Migration | InstanceUsg:dms.t3.medium | CreateDMSInstance | Hours | 0.087 | 0.087 | 6 | Replication Instance | arn:aws:dms:{region}:{account}:rep:{HEX} | 100
AmazonGrafana | Observability | Grafana:EditorUser | | Users | 9 | 9 | 9 | Workspace | arn:aws:grafana:{region}:{account}:/workspaces/g-{hex6} | 100
AmazonPrometheus | Observability | AMP:MetricSampleCount | RemoteWrite | Samples | 0.00000009 | 0.00000009 | 0 | Workspace | arn:aws:aps:{region}:{account}:workspace/ws-{hex} | 100
`;

/** A priced meter. Prices are whole numbers of 10⁻ᵖ USD. */
export interface Product {
  readonly code: string;
  readonly subcategory: string;
  readonly meter: string;
  readonly operation: string | null;
  readonly unit: string;
  /** Decimals of the prices and of a quantity. */
  readonly p: number;
  readonly q: number;
  readonly list: number;
  readonly contracted: number;
  readonly resourceType: string | null;
  readonly resource: string | null;
  /** How much of its service this meter is where all of them are used. */
  readonly weight: number;
}

/** Every meter, in the order of the table. */
export const PRODUCTS: readonly Product[] = TABLE.trim()
  .split('\n')
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [code = '', subcategory = '', meter = '', operation = '', unit = '', list = '', contracted = ''] =
      cells;
    const [q = '', resourceType = '', resource = '', weight = ''] = cells.slice(7);
    const p = Math.max(decimals(list), decimals(contracted));
    return {
      code,
      subcategory,
      meter,
      operation: operation || null,
      unit,
      p,
      q: Number(q),
      list: scaledTo(list, p),
      contracted: scaledTo(contracted, p),
      resourceType: resourceType || null,
      resource: resource || null,
      weight: Number(weight),
    };
  });

/** The meters of a service by its code, largest weight first as in the table. */
export const METERS: ReadonlyMap<string, readonly number[]> = PRODUCTS.reduce(
  (map, { code }, index) => map.set(code, [...(map.get(code) ?? []), index]),
  new Map<string, number[]>(),
);

function decimals(price: string): number {
  return price.split('.')[1]?.length ?? 0;
}

/** `0.0832` at 4 decimals → 832, by its digits. */
function scaledTo(price: string, p: number): number {
  const [whole = '0', fraction = ''] = price.split('.');
  return Number(whole + fraction.padEnd(p, '0'));
}
