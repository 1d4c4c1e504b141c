/**
 * The services of AWS: product code, FOCUS ServiceCategory, then every other spelling seen in bills (FOCUS ServiceName,
 * CUR product_name and servicecode, Cost Explorer's SERVICE names), separated by ` ; `. One service a line.
 * Every change of it is a new version by itself: a rollup's identity holds a hash of the table, so figures by service are rolled again.
 * Categories follow the FinOps Foundation's converter (MIT); codes newer than it are ours.
 */
export const AWS_SERVICES = `
A4B | Business Applications | Alexa for Business
AWSAmplify | Developer Tools | AWS Amplify
AWSAppFabric | Integration | AWS AppFabric
AWSAppRunner | Compute | AWS App Runner
AWSAppSync | Developer Tools | AWS AppSync
AWSApplicationMigrationSvc | Migration | AWS Application Migration Service ; CloudEndure Migration
AWSBackup | Storage | AWS Backup
AWSBillingConductor | Management and Governance | AWS Billing Conductor
AWSBudgets | Management and Governance | AWS Budgets
AWSCertificateManager | Security | AWS Certificate Manager ; AWS Certificate Manager Private Certificate Authority
AWSCleanRooms | Analytics | AWS Clean Rooms
AWSCloudFormation | Management and Governance | AWS CloudFormation
AWSCloudMap | Networking | AWS Cloud Map
AWSCloudShell | Developer Tools | AWS CloudShell
AWSCloudTrail | Management and Governance | AWS CloudTrail
AWSCloudWAN | Networking | AWS Cloud WAN
AWSCodeArtifact | Developer Tools | AWS CodeArtifact
AWSCodeCommit | Developer Tools | AWS CodeCommit
AWSCodeDeploy | Developer Tools | AWS CodeDeploy
AWSCodePipeline | Developer Tools | AWS CodePipeline
AWSConfig | Management and Governance | AWS Config
AWSCostExplorer | Management and Governance | AWS Cost Explorer ; Cost Explorer
AWSDataExchange | Analytics | AWS Data Exchange
AWSDataSync | Migration | AWS DataSync
AWSDataTransfer | Networking | AWS Data Transfer
AWSDatabaseMigrationSvc | Migration | AWS Database Migration Service
AWSDeepRacer | AI and Machine Learning | AWS DeepRacer
AWSDeveloperSupport | Management and Governance | AWS Support (Developer) ; AWS Developer Support ; AWSSupportDeveloper
AWSDeviceFarm | Developer Tools | AWS Device Farm
AWSDirectConnect | Networking | AWS Direct Connect
AWSDirectoryService | Security | AWS Directory Service
AWSELB | Networking | Elastic Load Balancing ; Amazon Elastic Load Balancing ; AWS Elastic Load Balancing
AWSElasticDisasterRecovery | Storage | AWS Elastic Disaster Recovery
AWSElementalMediaConvert | Media | AWS Elemental MediaConvert
AWSElementalMediaLive | Media | AWS Elemental MediaLive
AWSElementalMediaPackage | Media | AWS Elemental MediaPackage
AWSElementalMediaStore | Media | AWS Elemental MediaStore
AWSElementalMediaTailor | Media | AWS Elemental MediaTailor
AWSEntityResolution | Analytics | AWS Entity Resolution
AWSEvents | Integration | Amazon EventBridge ; CloudWatch Events ; Amazon CloudWatch Events
AWSFIS | Developer Tools | AWS Fault Injection Service ; AWS Fault Injection Simulator
AWSFMS | Security | AWS Firewall Manager
AWSGlobalAccelerator | Networking | AWS Global Accelerator
AWSGlue | Analytics | AWS Glue
AWSGlueElasticViews | Analytics | AWS Glue Elastic Views
AWSGreengrass | Internet of Things | AWS IoT Greengrass ; AWS Greengrass
AWSGroundStation | Other | AWS Ground Station
AWSIoT | Internet of Things | AWS IoT ; AWS IoT Core
AWSIoT1Click | Internet of Things | AWS IoT 1-Click
AWSIoTAnalytics | Internet of Things | AWS IoT Analytics
AWSIoTEvents | Internet of Things | AWS IoT Events
AWSIoTFleetWise | Internet of Things | AWS IoT FleetWise
AWSIoTSiteWise | Internet of Things | AWS IoT SiteWise
AWSIoTThingsGraph | Internet of Things | AWS IoT Things Graph
AWSLakeFormation | Analytics | AWS Lake Formation
AWSLambda | Compute | AWS Lambda
AWSM2 | Migration | AWS Mainframe Modernization ; AWS Mainframe Modernization Service
AWSMediaConnect | Media | AWS Elemental MediaConnect
AWSMigrationHubRefactorSpaces | Migration | AWS Migration Hub Refactor Spaces
AWSNetworkFirewall | Networking | AWS Network Firewall
AWSOutposts | Compute | AWS Outposts
AWSPaymentCryptography | Security | AWS Payment Cryptography
AWSPremiumSupport | Management and Governance | AWS Premium Support
AWSPrivate5G | Networking | AWS Private 5G
AWSQueueService | Integration | Amazon Simple Queue Service
AWSResilienceHub | Management and Governance | AWS Resilience Hub
AWSRoboMaker | Other | AWS RoboMaker
AWSSecretsManager | Security | AWS Secrets Manager
AWSSecurityHub | Security | AWS Security Hub
AWSServiceCatalog | Management and Governance | AWS Service Catalog
AWSShield | Security | AWS Shield
AWSStorageGateway | Storage | AWS Storage Gateway
AWSStorageGatewayDeepArchive | Storage | AWS Storage Gateway Deep Archive
AWSSupplyChain | Business Applications | AWS Supply Chain
AWSSupportBusiness | Management and Governance | AWS Support (Business) ; AWS Business Support
AWSSupportEnterprise | Management and Governance | AWS Support (Enterprise) ; AWS Enterprise Support ; AWS Enterprise On-Ramp Support
AWSSystemsManager | Management and Governance | AWS Systems Manager
AWSTransfer | Migration | AWS Transfer Family ; AWS Transfer for SFTP
AWSWickr | Business Applications | AWS Wickr
AWSWisdom | Business Applications | Amazon Connect Wisdom ; Amazon Q in Connect
AWSXRay | Developer Tools | AWS X-Ray
AmazonA2I | AI and Machine Learning | Amazon Augmented AI
AmazonApiGateway | Networking | Amazon API Gateway
AmazonAppStream | Compute | Amazon AppStream ; Amazon AppStream 2.0 ; Amazon WorkSpaces Applications
AmazonAthena | Analytics | Amazon Athena
AmazonBedrock | AI and Machine Learning | Amazon Bedrock ; AmazonBedrockService
AmazonBedrockAgentCore | AI and Machine Learning | Amazon Bedrock AgentCore
AmazonBraket | Other | Amazon Braket
AmazonChime | Business Applications | Amazon Chime
AmazonChimeBusinessCalling | Business Applications | Amazon Chime Business Calling ; Amazon Chime Business Calling a service sold by AMCS, LLC
AmazonChimeCallMe | Business Applications | Amazon Chime Call Me
AmazonChimeCallMeAMCS | Business Applications | Amazon Chime Call Me a service sold by AMCS, LLC
AmazonChimeDialInAMCS | Business Applications | Amazon Chime Dial In a service sold by AMCS, LLC
AmazonChimeDialin | Business Applications | Amazon Chime Dial-in
AmazonChimeFeatures | Business Applications | Amazon Chime Features
AmazonChimeServices | Business Applications | Amazon Chime Services ; Amazon Chime SDK
AmazonChimeVoiceConnector | Business Applications | Amazon Chime Voice Connector ; Amazon Chime Voice Connector a service sold by AMCS, LLC
AmazonCloudDirectory | Security | Amazon Cloud Directory
AmazonCloudFront | Networking | Amazon CloudFront
AmazonCloudSearch | Analytics | Amazon CloudSearch
AmazonCloudWatch | Management and Governance | Amazon CloudWatch
AmazonCodeWhisperer | AI and Machine Learning | Amazon CodeWhisperer
AmazonCognito | Security | Amazon Cognito
AmazonCognitoSync | Security | Amazon Cognito Sync
AmazonConnect | Business Applications | Amazon Connect ; Amazon Connect Customer
AmazonDataZone | Analytics | Amazon DataZone
AmazonDAX | Databases | Amazon DynamoDB Accelerator (DAX) ; DynamoDB Accelerator (DAX)
AmazonDetective | Security | Amazon Detective
AmazonDevOpsGuru | AI and Machine Learning | Amazon DevOps Guru
AmazonDocDB | Databases | Amazon DocumentDB ; Amazon DocumentDB (with MongoDB compatibility)
AmazonDynamoDB | Databases | Amazon DynamoDB
AmazonEBS | Storage | Amazon Elastic Block Store
AmazonEC2 | Compute | Amazon Elastic Compute Cloud ; Amazon Elastic Compute Cloud - Compute ; EC2 - Other ; Amazon EC2
AmazonECR | Compute | Amazon EC2 Container Registry (ECR) ; Amazon Elastic Container Registry
AmazonECRPublic | Compute | Amazon Elastic Container Registry Public
AmazonECS | Compute | Amazon Elastic Container Service ; Amazon EC2 Container Service
AmazonEFS | Storage | Amazon Elastic File System
AmazonEI | AI and Machine Learning | Amazon Elastic Inference
AmazonEKS | Compute | Amazon Elastic Container Service for Kubernetes ; Amazon Elastic Kubernetes Service
AmazonEKSAnywhere | Compute | Amazon EKS Anywhere
AmazonES | Analytics | Amazon OpenSearch Service ; Amazon Elasticsearch Service
AmazonETS | Media | Amazon Elastic Transcoder
AmazonElastiCache | Databases | Amazon ElastiCache
AmazonFSx | Storage | Amazon FSx
AmazonFinSpace | Analytics | Amazon FinSpace
AmazonForecast | AI and Machine Learning | Amazon Forecast
AmazonFraudDetector | AI and Machine Learning | Amazon Fraud Detector
AmazonGameLift | Media | Amazon GameLift ; Amazon GameLift Servers
AmazonGlacier | Storage | Amazon Glacier ; Amazon S3 Glacier
AmazonGrafana | Management and Governance | Amazon Managed Grafana ; Amazon Managed Service for Grafana
AmazonGuardDuty | Security | Amazon GuardDuty
AmazonHealthLake | AI and Machine Learning | Amazon HealthLake ; AWS HealthLake
AmazonHoneycode | Business Applications | Amazon Honeycode
AmazonIVS | Media | Amazon Interactive Video Service
AmazonInspector | Security | Amazon Inspector Classic
AmazonInspectorV2 | Security | Amazon Inspector
AmazonKendra | AI and Machine Learning | Amazon Kendra
AmazonKinesis | Analytics | Amazon Kinesis ; Amazon Kinesis Data Streams
AmazonKinesisAnalytics | Analytics | Amazon Kinesis Analytics ; Amazon Kinesis Data Analytics ; Amazon Managed Service for Apache Flink
AmazonKinesisFirehose | Analytics | Amazon Kinesis Firehose ; Amazon Kinesis Data Firehose ; Amazon Data Firehose
AmazonKinesisVideo | Media | Amazon Kinesis Video Streams
AmazonLex | AI and Machine Learning | Amazon Lex
AmazonLightsail | Compute | Amazon Lightsail
AmazonLocationService | Mobile | Amazon Location Service
AmazonLookoutEquipment | AI and Machine Learning | Amazon Lookout for Equipment
AmazonLookoutMetrics | AI and Machine Learning | Amazon Lookout for Metrics
AmazonLookoutVision | AI and Machine Learning | Amazon Lookout for Vision
AmazonMCS | Databases | Amazon Keyspaces ; Amazon Keyspaces (for Apache Cassandra) ; Amazon MCS
AmazonMQ | Integration | Amazon MQ
AmazonMSK | Analytics | Amazon Managed Streaming for Apache Kafka
AmazonMWAA | Integration | Amazon Managed Workflows for Apache Airflow
AmazonMacie | Security | Amazon Macie
AmazonManagedBlockchain | Other | Amazon Managed Blockchain
AmazonMemoryDB | Databases | Amazon MemoryDB ; Amazon MemoryDB for Redis
AmazonMonitron | AI and Machine Learning | Amazon Monitron
AmazonNeptune | Databases | Amazon Neptune
AmazonOmics | AI and Machine Learning | AWS HealthOmics ; Amazon Omics
AmazonPersonalize | AI and Machine Learning | Amazon Personalize
AmazonPinpoint | Business Applications | Amazon Pinpoint ; AWS End User Messaging
AmazonPolly | AI and Machine Learning | Amazon Polly
AmazonPrometheus | Management and Governance | Amazon Managed Service for Prometheus
AmazonQ | AI and Machine Learning | Amazon Q ; Amazon Q Business ; Amazon Q Developer
AmazonQLDB | Other | Amazon Quantum Ledger Database
AmazonQuickSight | Analytics | Amazon QuickSight ; Amazon Quick Suite
AmazonRDS | Databases | Amazon Relational Database Service ; Amazon RDS
AmazonRedshift | Databases | Amazon Redshift
AmazonRegistrar | Networking | Amazon Registrar
AmazonRekognition | AI and Machine Learning | Amazon Rekognition
AmazonRoute53 | Networking | Amazon Route 53
AmazonS3 | Storage | Amazon Simple Storage Service ; Amazon S3
AmazonS3GlacierDeepArchive | Storage | Amazon S3 Glacier Deep Archive
AmazonSES | Business Applications | Amazon Simple Email Service
AmazonSNS | Integration | Amazon Simple Notification Service
AmazonSWF | Business Applications | Amazon Simple Workflow Service
AmazonSageMaker | AI and Machine Learning | Amazon SageMaker ; Amazon SageMaker AI
AmazonSecurityLake | Security | Amazon Security Lake
AmazonSimpleDB | Databases | Amazon SimpleDB
AmazonStates | Integration | AWS Step Functions
AmazonTextract | AI and Machine Learning | Amazon Textract
AmazonTimestream | Databases | Amazon Timestream
AmazonVPC | Networking | Amazon Virtual Private Cloud
AmazonVPCLattice | Networking | Amazon VPC Lattice
AmazonVerifiedPermissions | Security | Amazon Verified Permissions
AmazonWAM | Business Applications | Amazon WorkSpaces Application Manager
AmazonWorkDocs | Business Applications | Amazon WorkDocs
AmazonWorkLink | Business Applications | Amazon WorkLink
AmazonWorkMail | Business Applications | Amazon WorkMail
AmazonWorkSpaces | Compute | Amazon WorkSpaces
AmazonWorkSpacesWeb | Business Applications | Amazon WorkSpaces Web ; Amazon WorkSpaces Secure Browser
AppFlow | Integration | Amazon AppFlow
CloudHSM | Security | AWS CloudHSM
CodeBuild | Developer Tools | AWS CodeBuild
CodeCatalyst | Developer Tools | Amazon CodeCatalyst
CodeGuru | Developer Tools | Amazon CodeGuru
ComputeSavingsPlans | Compute | Savings Plans for AWS Compute usage ; Savings Plans for Compute usage
ContactLensAmazonConnect | Business Applications | Contact Lens for Amazon Connect
CustomerProfiles | Business Applications | Amazon Connect Customer Profiles
DatabaseSavingsPlans | Databases | Database Savings Plans ; Savings Plans for AWS Database usage
ElasticMapReduce | Analytics | Amazon Elastic MapReduce ; Amazon EMR
IngestionServiceSnowball | Storage | AWS Import/Export Snowball ; AWS Snowball
IoTDeviceDefender | Internet of Things | AWS IoT Device Defender
IoTDeviceManagement | Internet of Things | AWS IoT Device Management
IoTTwinMaker | Internet of Things | AWS IoT TwinMaker
MachineLearningSavingsPlans | AI and Machine Learning | Savings Plans for AWS Machine Learning ; Savings Plans for Machine Learning
OpsWorks | Management and Governance | AWS OpsWorks
ROSA | Compute | Red Hat OpenShift Service on AWS
SimSpaceWeaver | Compute | AWS SimSpace Weaver
SnowballExtraDays | Storage | AWS Snowball Extra Days ; Snowball Extra Days
VMwareCloudOnAWS | Compute | VMware Cloud on AWS
auditmanager | Security | AWS Audit Manager
awskms | Security | AWS Key Management Service
awswaf | Security | AWS WAF
comprehend | AI and Machine Learning | Amazon Comprehend
datapipeline | Analytics | AWS Data Pipeline
nimble | Media | Amazon Nimble Studio
transcribe | AI and Machine Learning | Amazon Transcribe
translate | AI and Machine Learning | Amazon Translate
AWS App Mesh | Networking
AWS App2Container | Compute
AWS Auto Scaling | Compute
AWS Batch | Compute
AWS Compute Optimizer | Compute
AWS Copilot | Compute
AWS Cost and Usage Report | Management and Governance
AWS EC2 Auto Scaling | Compute
AWS Elastic Beanstalk | Compute
AWS Fargate | Compute
AWS Local Zones | Compute
AWS PrivateLink | Networking
AWS Serverless Application Repository | Compute
AWS Transit Gateway | Networking
AWS VPN | Networking
AWS Verified Access | Networking
AWS Wavelength | Compute
Amazon EC2 Spot Instances | Compute
Reserved Instance (RI) Reporting | Management and Governance
Savings Plans | Management and Governance
`;
