WITH account_map AS (
  SELECT c.account_id AS account_id, c.account_name AS account_name, c.ou_path AS ou_path, c.ou_id AS ou_id, c.payer_account_id AS payer_account_id, c.status AS status, CAST(c.valid_from AS date) AS valid_from, CAST(c.valid_until AS date) AS valid_until, CAST(json_parse(c.tags) AS map(varchar, varchar)) AS tags
  FROM (
    SELECT t.account_id, t.account_name, t.ou_path, t.ou_id, t.payer_account_id, t.status, t.valid_from, t.valid_until, t.tags
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.accounts) AS t(account_id, account_name, ou_path, ou_id, payer_account_id, status, valid_from, valid_until, tags)
  ) c),
service_names AS (SELECT spelling, code FROM (VALUES ('a4b', 'A4B'), ('alexa for business', 'A4B'), ('awsamplify', 'AWSAmplify'), ('aws amplify', 'AWSAmplify'), ('awsappfabric', 'AWSAppFabric'), ('aws appfabric', 'AWSAppFabric'), ('awsapprunner', 'AWSAppRunner'), ('aws app runner', 'AWSAppRunner'), ('awsappsync', 'AWSAppSync'), ('aws appsync', 'AWSAppSync'), ('awsapplicationmigrationsvc', 'AWSApplicationMigrationSvc'), ('aws application migration service', 'AWSApplicationMigrationSvc'), ('cloudendure migration', 'AWSApplicationMigrationSvc'), ('awsbackup', 'AWSBackup'), ('aws backup', 'AWSBackup'), ('awsbillingconductor', 'AWSBillingConductor'), ('aws billing conductor', 'AWSBillingConductor'), ('awsbudgets', 'AWSBudgets'), ('aws budgets', 'AWSBudgets'), ('awscertificatemanager', 'AWSCertificateManager'), ('aws certificate manager', 'AWSCertificateManager'), ('aws certificate manager private certificate authority', 'AWSCertificateManager'), ('awscleanrooms', 'AWSCleanRooms'), ('aws clean rooms', 'AWSCleanRooms'), ('awscloudformation', 'AWSCloudFormation'), ('aws cloudformation', 'AWSCloudFormation'), ('awscloudmap', 'AWSCloudMap'), ('aws cloud map', 'AWSCloudMap'), ('awscloudshell', 'AWSCloudShell'), ('aws cloudshell', 'AWSCloudShell'), ('awscloudtrail', 'AWSCloudTrail'), ('aws cloudtrail', 'AWSCloudTrail'), ('awscloudwan', 'AWSCloudWAN'), ('aws cloud wan', 'AWSCloudWAN'), ('awscodeartifact', 'AWSCodeArtifact'), ('aws codeartifact', 'AWSCodeArtifact'), ('awscodecommit', 'AWSCodeCommit'), ('aws codecommit', 'AWSCodeCommit'), ('awscodedeploy', 'AWSCodeDeploy'), ('aws codedeploy', 'AWSCodeDeploy'), ('awscodepipeline', 'AWSCodePipeline'), ('aws codepipeline', 'AWSCodePipeline'), ('awsconfig', 'AWSConfig'), ('aws config', 'AWSConfig'), ('awscostexplorer', 'AWSCostExplorer'), ('aws cost explorer', 'AWSCostExplorer'), ('cost explorer', 'AWSCostExplorer'), ('awsdataexchange', 'AWSDataExchange'), ('aws data exchange', 'AWSDataExchange'), ('awsdatasync', 'AWSDataSync'), ('aws datasync', 'AWSDataSync'), ('awsdatatransfer', 'AWSDataTransfer'), ('aws data transfer', 'AWSDataTransfer'), ('awsdatabasemigrationsvc', 'AWSDatabaseMigrationSvc'), ('aws database migration service', 'AWSDatabaseMigrationSvc'), ('awsdeepracer', 'AWSDeepRacer'), ('aws deepracer', 'AWSDeepRacer'), ('awsdevelopersupport', 'AWSDeveloperSupport'), ('aws support (developer)', 'AWSDeveloperSupport'), ('aws developer support', 'AWSDeveloperSupport'), ('awssupportdeveloper', 'AWSDeveloperSupport'), ('awsdevicefarm', 'AWSDeviceFarm'), ('aws device farm', 'AWSDeviceFarm'), ('awsdirectconnect', 'AWSDirectConnect'), ('aws direct connect', 'AWSDirectConnect'), ('awsdirectoryservice', 'AWSDirectoryService'), ('aws directory service', 'AWSDirectoryService'), ('awselb', 'AWSELB'), ('elastic load balancing', 'AWSELB'), ('amazon elastic load balancing', 'AWSELB'), ('aws elastic load balancing', 'AWSELB'), ('awselasticdisasterrecovery', 'AWSElasticDisasterRecovery'), ('aws elastic disaster recovery', 'AWSElasticDisasterRecovery'), ('awselementalmediaconvert', 'AWSElementalMediaConvert'), ('aws elemental mediaconvert', 'AWSElementalMediaConvert'), ('awselementalmedialive', 'AWSElementalMediaLive'), ('aws elemental medialive', 'AWSElementalMediaLive'), ('awselementalmediapackage', 'AWSElementalMediaPackage'), ('aws elemental mediapackage', 'AWSElementalMediaPackage'), ('awselementalmediastore', 'AWSElementalMediaStore'), ('aws elemental mediastore', 'AWSElementalMediaStore'), ('awselementalmediatailor', 'AWSElementalMediaTailor'), ('aws elemental mediatailor', 'AWSElementalMediaTailor'), ('awsentityresolution', 'AWSEntityResolution'), ('aws entity resolution', 'AWSEntityResolution'), ('awsevents', 'AWSEvents'), ('amazon eventbridge', 'AWSEvents'), ('cloudwatch events', 'AWSEvents'), ('amazon cloudwatch events', 'AWSEvents'), ('awsfis', 'AWSFIS'), ('aws fault injection service', 'AWSFIS'), ('aws fault injection simulator', 'AWSFIS'), ('awsfms', 'AWSFMS'), ('aws firewall manager', 'AWSFMS'), ('awsglobalaccelerator', 'AWSGlobalAccelerator'), ('aws global accelerator', 'AWSGlobalAccelerator'), ('awsglue', 'AWSGlue'), ('aws glue', 'AWSGlue'), ('awsglueelasticviews', 'AWSGlueElasticViews'), ('aws glue elastic views', 'AWSGlueElasticViews'), ('awsgreengrass', 'AWSGreengrass'), ('aws iot greengrass', 'AWSGreengrass'), ('aws greengrass', 'AWSGreengrass'), ('awsgroundstation', 'AWSGroundStation'), ('aws ground station', 'AWSGroundStation'), ('awsiot', 'AWSIoT'), ('aws iot', 'AWSIoT'), ('aws iot core', 'AWSIoT'), ('awsiot1click', 'AWSIoT1Click'), ('aws iot 1-click', 'AWSIoT1Click'), ('awsiotanalytics', 'AWSIoTAnalytics'), ('aws iot analytics', 'AWSIoTAnalytics'), ('awsiotevents', 'AWSIoTEvents'), ('aws iot events', 'AWSIoTEvents'), ('awsiotfleetwise', 'AWSIoTFleetWise'), ('aws iot fleetwise', 'AWSIoTFleetWise'), ('awsiotsitewise', 'AWSIoTSiteWise'), ('aws iot sitewise', 'AWSIoTSiteWise'), ('awsiotthingsgraph', 'AWSIoTThingsGraph'), ('aws iot things graph', 'AWSIoTThingsGraph'), ('awslakeformation', 'AWSLakeFormation'), ('aws lake formation', 'AWSLakeFormation'), ('awslambda', 'AWSLambda'), ('aws lambda', 'AWSLambda'), ('awsm2', 'AWSM2'), ('aws mainframe modernization', 'AWSM2'), ('aws mainframe modernization service', 'AWSM2'), ('awsmediaconnect', 'AWSMediaConnect'), ('aws elemental mediaconnect', 'AWSMediaConnect'), ('awsmigrationhubrefactorspaces', 'AWSMigrationHubRefactorSpaces'), ('aws migration hub refactor spaces', 'AWSMigrationHubRefactorSpaces'), ('awsnetworkfirewall', 'AWSNetworkFirewall'), ('aws network firewall', 'AWSNetworkFirewall'), ('awsoutposts', 'AWSOutposts'), ('aws outposts', 'AWSOutposts'), ('awspaymentcryptography', 'AWSPaymentCryptography'), ('aws payment cryptography', 'AWSPaymentCryptography'), ('awspremiumsupport', 'AWSPremiumSupport'), ('aws premium support', 'AWSPremiumSupport'), ('awsprivate5g', 'AWSPrivate5G'), ('aws private 5g', 'AWSPrivate5G'), ('awsqueueservice', 'AWSQueueService'), ('amazon simple queue service', 'AWSQueueService'), ('awsresiliencehub', 'AWSResilienceHub'), ('aws resilience hub', 'AWSResilienceHub'), ('awsrobomaker', 'AWSRoboMaker'), ('aws robomaker', 'AWSRoboMaker'), ('awssecretsmanager', 'AWSSecretsManager'), ('aws secrets manager', 'AWSSecretsManager'), ('awssecurityhub', 'AWSSecurityHub'), ('aws security hub', 'AWSSecurityHub'), ('awsservicecatalog', 'AWSServiceCatalog'), ('aws service catalog', 'AWSServiceCatalog'), ('awsshield', 'AWSShield'), ('aws shield', 'AWSShield'), ('awsstoragegateway', 'AWSStorageGateway'), ('aws storage gateway', 'AWSStorageGateway'), ('awsstoragegatewaydeeparchive', 'AWSStorageGatewayDeepArchive'), ('aws storage gateway deep archive', 'AWSStorageGatewayDeepArchive'), ('awssupplychain', 'AWSSupplyChain'), ('aws supply chain', 'AWSSupplyChain'), ('awssupportbusiness', 'AWSSupportBusiness'), ('aws support (business)', 'AWSSupportBusiness'), ('aws business support', 'AWSSupportBusiness'), ('awssupportenterprise', 'AWSSupportEnterprise'), ('aws support (enterprise)', 'AWSSupportEnterprise'), ('aws enterprise support', 'AWSSupportEnterprise'), ('aws enterprise on-ramp support', 'AWSSupportEnterprise'), ('awssystemsmanager', 'AWSSystemsManager'), ('aws systems manager', 'AWSSystemsManager'), ('awstransfer', 'AWSTransfer'), ('aws transfer family', 'AWSTransfer'), ('aws transfer for sftp', 'AWSTransfer'), ('awswickr', 'AWSWickr'), ('aws wickr', 'AWSWickr'), ('awswisdom', 'AWSWisdom'), ('amazon connect wisdom', 'AWSWisdom'), ('amazon q in connect', 'AWSWisdom'), ('awsxray', 'AWSXRay'), ('aws x-ray', 'AWSXRay'), ('amazona2i', 'AmazonA2I'), ('amazon augmented ai', 'AmazonA2I'), ('amazonapigateway', 'AmazonApiGateway'), ('amazon api gateway', 'AmazonApiGateway'), ('amazonappstream', 'AmazonAppStream'), ('amazon appstream', 'AmazonAppStream'), ('amazon appstream 2.0', 'AmazonAppStream'), ('amazon workspaces applications', 'AmazonAppStream'), ('amazonathena', 'AmazonAthena'), ('amazon athena', 'AmazonAthena'), ('amazonbedrock', 'AmazonBedrock'), ('amazon bedrock', 'AmazonBedrock'), ('amazonbedrockservice', 'AmazonBedrock'), ('amazonbedrockagentcore', 'AmazonBedrockAgentCore'), ('amazon bedrock agentcore', 'AmazonBedrockAgentCore'), ('amazonbraket', 'AmazonBraket'), ('amazon braket', 'AmazonBraket'), ('amazonchime', 'AmazonChime'), ('amazon chime', 'AmazonChime'), ('amazonchimebusinesscalling', 'AmazonChimeBusinessCalling'), ('amazon chime business calling', 'AmazonChimeBusinessCalling'), ('amazon chime business calling a service sold by amcs, llc', 'AmazonChimeBusinessCalling'), ('amazonchimecallme', 'AmazonChimeCallMe'), ('amazon chime call me', 'AmazonChimeCallMe'), ('amazonchimecallmeamcs', 'AmazonChimeCallMeAMCS'), ('amazon chime call me a service sold by amcs, llc', 'AmazonChimeCallMeAMCS'), ('amazonchimedialinamcs', 'AmazonChimeDialInAMCS'), ('amazon chime dial in a service sold by amcs, llc', 'AmazonChimeDialInAMCS'), ('amazonchimedialin', 'AmazonChimeDialin'), ('amazon chime dial-in', 'AmazonChimeDialin'), ('amazonchimefeatures', 'AmazonChimeFeatures'), ('amazon chime features', 'AmazonChimeFeatures'), ('amazonchimeservices', 'AmazonChimeServices'), ('amazon chime services', 'AmazonChimeServices'), ('amazon chime sdk', 'AmazonChimeServices'), ('amazonchimevoiceconnector', 'AmazonChimeVoiceConnector'), ('amazon chime voice connector', 'AmazonChimeVoiceConnector'), ('amazon chime voice connector a service sold by amcs, llc', 'AmazonChimeVoiceConnector'), ('amazonclouddirectory', 'AmazonCloudDirectory'), ('amazon cloud directory', 'AmazonCloudDirectory'), ('amazoncloudfront', 'AmazonCloudFront'), ('amazon cloudfront', 'AmazonCloudFront'), ('amazoncloudsearch', 'AmazonCloudSearch'), ('amazon cloudsearch', 'AmazonCloudSearch'), ('amazoncloudwatch', 'AmazonCloudWatch'), ('amazon cloudwatch', 'AmazonCloudWatch'), ('amazoncodewhisperer', 'AmazonCodeWhisperer'), ('amazon codewhisperer', 'AmazonCodeWhisperer'), ('amazoncognito', 'AmazonCognito'), ('amazon cognito', 'AmazonCognito'), ('amazoncognitosync', 'AmazonCognitoSync'), ('amazon cognito sync', 'AmazonCognitoSync'), ('amazonconnect', 'AmazonConnect'), ('amazon connect', 'AmazonConnect'), ('amazon connect customer', 'AmazonConnect'), ('amazondatazone', 'AmazonDataZone'), ('amazon datazone', 'AmazonDataZone'), ('amazondax', 'AmazonDAX'), ('amazon dynamodb accelerator (dax)', 'AmazonDAX'), ('dynamodb accelerator (dax)', 'AmazonDAX'), ('amazondetective', 'AmazonDetective'), ('amazon detective', 'AmazonDetective'), ('amazondevopsguru', 'AmazonDevOpsGuru'), ('amazon devops guru', 'AmazonDevOpsGuru'), ('amazondocdb', 'AmazonDocDB'), ('amazon documentdb', 'AmazonDocDB'), ('amazon documentdb (with mongodb compatibility)', 'AmazonDocDB'), ('amazondynamodb', 'AmazonDynamoDB'), ('amazon dynamodb', 'AmazonDynamoDB'), ('amazonebs', 'AmazonEBS'), ('amazon elastic block store', 'AmazonEBS'), ('amazonec2', 'AmazonEC2'), ('amazon elastic compute cloud', 'AmazonEC2'), ('amazon elastic compute cloud - compute', 'AmazonEC2'), ('ec2 - other', 'AmazonEC2'), ('amazon ec2', 'AmazonEC2'), ('amazonecr', 'AmazonECR'), ('amazon ec2 container registry (ecr)', 'AmazonECR'), ('amazon elastic container registry', 'AmazonECR'), ('amazonecrpublic', 'AmazonECRPublic'), ('amazon elastic container registry public', 'AmazonECRPublic'), ('amazonecs', 'AmazonECS'), ('amazon elastic container service', 'AmazonECS'), ('amazon ec2 container service', 'AmazonECS'), ('amazonefs', 'AmazonEFS'), ('amazon elastic file system', 'AmazonEFS'), ('amazonei', 'AmazonEI'), ('amazon elastic inference', 'AmazonEI'), ('amazoneks', 'AmazonEKS'), ('amazon elastic container service for kubernetes', 'AmazonEKS'), ('amazon elastic kubernetes service', 'AmazonEKS'), ('amazoneksanywhere', 'AmazonEKSAnywhere'), ('amazon eks anywhere', 'AmazonEKSAnywhere'), ('amazones', 'AmazonES'), ('amazon opensearch service', 'AmazonES'), ('amazon elasticsearch service', 'AmazonES'), ('amazonets', 'AmazonETS'), ('amazon elastic transcoder', 'AmazonETS'), ('amazonelasticache', 'AmazonElastiCache'), ('amazon elasticache', 'AmazonElastiCache'), ('amazonfsx', 'AmazonFSx'), ('amazon fsx', 'AmazonFSx'), ('amazonfinspace', 'AmazonFinSpace'), ('amazon finspace', 'AmazonFinSpace'), ('amazonforecast', 'AmazonForecast'), ('amazon forecast', 'AmazonForecast'), ('amazonfrauddetector', 'AmazonFraudDetector'), ('amazon fraud detector', 'AmazonFraudDetector'), ('amazongamelift', 'AmazonGameLift'), ('amazon gamelift', 'AmazonGameLift'), ('amazon gamelift servers', 'AmazonGameLift'), ('amazonglacier', 'AmazonGlacier'), ('amazon glacier', 'AmazonGlacier'), ('amazon s3 glacier', 'AmazonGlacier'), ('amazongrafana', 'AmazonGrafana'), ('amazon managed grafana', 'AmazonGrafana'), ('amazon managed service for grafana', 'AmazonGrafana'), ('amazonguardduty', 'AmazonGuardDuty'), ('amazon guardduty', 'AmazonGuardDuty'), ('amazonhealthlake', 'AmazonHealthLake'), ('amazon healthlake', 'AmazonHealthLake'), ('aws healthlake', 'AmazonHealthLake'), ('amazonhoneycode', 'AmazonHoneycode'), ('amazon honeycode', 'AmazonHoneycode'), ('amazonivs', 'AmazonIVS'), ('amazon interactive video service', 'AmazonIVS'), ('amazoninspector', 'AmazonInspector'), ('amazon inspector classic', 'AmazonInspector'), ('amazoninspectorv2', 'AmazonInspectorV2'), ('amazon inspector', 'AmazonInspectorV2'), ('amazonkendra', 'AmazonKendra'), ('amazon kendra', 'AmazonKendra'), ('amazonkinesis', 'AmazonKinesis'), ('amazon kinesis', 'AmazonKinesis'), ('amazon kinesis data streams', 'AmazonKinesis'), ('amazonkinesisanalytics', 'AmazonKinesisAnalytics'), ('amazon kinesis analytics', 'AmazonKinesisAnalytics'), ('amazon kinesis data analytics', 'AmazonKinesisAnalytics'), ('amazon managed service for apache flink', 'AmazonKinesisAnalytics'), ('amazonkinesisfirehose', 'AmazonKinesisFirehose'), ('amazon kinesis firehose', 'AmazonKinesisFirehose'), ('amazon kinesis data firehose', 'AmazonKinesisFirehose'), ('amazon data firehose', 'AmazonKinesisFirehose'), ('amazonkinesisvideo', 'AmazonKinesisVideo'), ('amazon kinesis video streams', 'AmazonKinesisVideo'), ('amazonlex', 'AmazonLex'), ('amazon lex', 'AmazonLex'), ('amazonlightsail', 'AmazonLightsail'), ('amazon lightsail', 'AmazonLightsail'), ('amazonlocationservice', 'AmazonLocationService'), ('amazon location service', 'AmazonLocationService'), ('amazonlookoutequipment', 'AmazonLookoutEquipment'), ('amazon lookout for equipment', 'AmazonLookoutEquipment'), ('amazonlookoutmetrics', 'AmazonLookoutMetrics'), ('amazon lookout for metrics', 'AmazonLookoutMetrics'), ('amazonlookoutvision', 'AmazonLookoutVision'), ('amazon lookout for vision', 'AmazonLookoutVision'), ('amazonmcs', 'AmazonMCS'), ('amazon keyspaces', 'AmazonMCS'), ('amazon keyspaces (for apache cassandra)', 'AmazonMCS'), ('amazon mcs', 'AmazonMCS'), ('amazonmq', 'AmazonMQ'), ('amazon mq', 'AmazonMQ'), ('amazonmsk', 'AmazonMSK'), ('amazon managed streaming for apache kafka', 'AmazonMSK'), ('amazonmwaa', 'AmazonMWAA'), ('amazon managed workflows for apache airflow', 'AmazonMWAA'), ('amazonmacie', 'AmazonMacie'), ('amazon macie', 'AmazonMacie'), ('amazonmanagedblockchain', 'AmazonManagedBlockchain'), ('amazon managed blockchain', 'AmazonManagedBlockchain'), ('amazonmemorydb', 'AmazonMemoryDB'), ('amazon memorydb', 'AmazonMemoryDB'), ('amazon memorydb for redis', 'AmazonMemoryDB'), ('amazonmonitron', 'AmazonMonitron'), ('amazon monitron', 'AmazonMonitron'), ('amazonneptune', 'AmazonNeptune'), ('amazon neptune', 'AmazonNeptune'), ('amazonomics', 'AmazonOmics'), ('aws healthomics', 'AmazonOmics'), ('amazon omics', 'AmazonOmics'), ('amazonpersonalize', 'AmazonPersonalize'), ('amazon personalize', 'AmazonPersonalize'), ('amazonpinpoint', 'AmazonPinpoint'), ('amazon pinpoint', 'AmazonPinpoint'), ('aws end user messaging', 'AmazonPinpoint'), ('amazonpolly', 'AmazonPolly'), ('amazon polly', 'AmazonPolly'), ('amazonprometheus', 'AmazonPrometheus'), ('amazon managed service for prometheus', 'AmazonPrometheus'), ('amazonq', 'AmazonQ'), ('amazon q', 'AmazonQ'), ('amazon q business', 'AmazonQ'), ('amazon q developer', 'AmazonQ'), ('amazonqldb', 'AmazonQLDB'), ('amazon quantum ledger database', 'AmazonQLDB'), ('amazonquicksight', 'AmazonQuickSight'), ('amazon quicksight', 'AmazonQuickSight'), ('amazon quick suite', 'AmazonQuickSight'), ('amazonrds', 'AmazonRDS'), ('amazon relational database service', 'AmazonRDS'), ('amazon rds', 'AmazonRDS'), ('amazonredshift', 'AmazonRedshift'), ('amazon redshift', 'AmazonRedshift'), ('amazonregistrar', 'AmazonRegistrar'), ('amazon registrar', 'AmazonRegistrar'), ('amazonrekognition', 'AmazonRekognition'), ('amazon rekognition', 'AmazonRekognition'), ('amazonroute53', 'AmazonRoute53'), ('amazon route 53', 'AmazonRoute53'), ('amazons3', 'AmazonS3'), ('amazon simple storage service', 'AmazonS3'), ('amazon s3', 'AmazonS3'), ('amazons3glacierdeeparchive', 'AmazonS3GlacierDeepArchive'), ('amazon s3 glacier deep archive', 'AmazonS3GlacierDeepArchive'), ('amazonses', 'AmazonSES'), ('amazon simple email service', 'AmazonSES'), ('amazonsns', 'AmazonSNS'), ('amazon simple notification service', 'AmazonSNS'), ('amazonswf', 'AmazonSWF'), ('amazon simple workflow service', 'AmazonSWF'), ('amazonsagemaker', 'AmazonSageMaker'), ('amazon sagemaker', 'AmazonSageMaker'), ('amazon sagemaker ai', 'AmazonSageMaker'), ('amazonsecuritylake', 'AmazonSecurityLake'), ('amazon security lake', 'AmazonSecurityLake'), ('amazonsimpledb', 'AmazonSimpleDB'), ('amazon simpledb', 'AmazonSimpleDB'), ('amazonstates', 'AmazonStates'), ('aws step functions', 'AmazonStates'), ('amazontextract', 'AmazonTextract'), ('amazon textract', 'AmazonTextract'), ('amazontimestream', 'AmazonTimestream'), ('amazon timestream', 'AmazonTimestream'), ('amazonvpc', 'AmazonVPC'), ('amazon virtual private cloud', 'AmazonVPC'), ('amazonvpclattice', 'AmazonVPCLattice'), ('amazon vpc lattice', 'AmazonVPCLattice'), ('amazonverifiedpermissions', 'AmazonVerifiedPermissions'), ('amazon verified permissions', 'AmazonVerifiedPermissions'), ('amazonwam', 'AmazonWAM'), ('amazon workspaces application manager', 'AmazonWAM'), ('amazonworkdocs', 'AmazonWorkDocs'), ('amazon workdocs', 'AmazonWorkDocs'), ('amazonworklink', 'AmazonWorkLink'), ('amazon worklink', 'AmazonWorkLink'), ('amazonworkmail', 'AmazonWorkMail'), ('amazon workmail', 'AmazonWorkMail'), ('amazonworkspaces', 'AmazonWorkSpaces'), ('amazon workspaces', 'AmazonWorkSpaces'), ('amazonworkspacesweb', 'AmazonWorkSpacesWeb'), ('amazon workspaces web', 'AmazonWorkSpacesWeb'), ('amazon workspaces secure browser', 'AmazonWorkSpacesWeb'), ('appflow', 'AppFlow'), ('amazon appflow', 'AppFlow'), ('cloudhsm', 'CloudHSM'), ('aws cloudhsm', 'CloudHSM'), ('codebuild', 'CodeBuild'), ('aws codebuild', 'CodeBuild'), ('codecatalyst', 'CodeCatalyst'), ('amazon codecatalyst', 'CodeCatalyst'), ('codeguru', 'CodeGuru'), ('amazon codeguru', 'CodeGuru'), ('computesavingsplans', 'ComputeSavingsPlans'), ('savings plans for aws compute usage', 'ComputeSavingsPlans'), ('savings plans for compute usage', 'ComputeSavingsPlans'), ('contactlensamazonconnect', 'ContactLensAmazonConnect'), ('contact lens for amazon connect', 'ContactLensAmazonConnect'), ('customerprofiles', 'CustomerProfiles'), ('amazon connect customer profiles', 'CustomerProfiles'), ('databasesavingsplans', 'DatabaseSavingsPlans'), ('database savings plans', 'DatabaseSavingsPlans'), ('savings plans for aws database usage', 'DatabaseSavingsPlans'), ('elasticmapreduce', 'ElasticMapReduce'), ('amazon elastic mapreduce', 'ElasticMapReduce'), ('amazon emr', 'ElasticMapReduce'), ('ingestionservicesnowball', 'IngestionServiceSnowball'), ('aws import/export snowball', 'IngestionServiceSnowball'), ('aws snowball', 'IngestionServiceSnowball'), ('iotdevicedefender', 'IoTDeviceDefender'), ('aws iot device defender', 'IoTDeviceDefender'), ('iotdevicemanagement', 'IoTDeviceManagement'), ('aws iot device management', 'IoTDeviceManagement'), ('iottwinmaker', 'IoTTwinMaker'), ('aws iot twinmaker', 'IoTTwinMaker'), ('machinelearningsavingsplans', 'MachineLearningSavingsPlans'), ('savings plans for aws machine learning', 'MachineLearningSavingsPlans'), ('savings plans for machine learning', 'MachineLearningSavingsPlans'), ('opsworks', 'OpsWorks'), ('aws opsworks', 'OpsWorks'), ('rosa', 'ROSA'), ('red hat openshift service on aws', 'ROSA'), ('simspaceweaver', 'SimSpaceWeaver'), ('aws simspace weaver', 'SimSpaceWeaver'), ('snowballextradays', 'SnowballExtraDays'), ('aws snowball extra days', 'SnowballExtraDays'), ('snowball extra days', 'SnowballExtraDays'), ('vmwarecloudonaws', 'VMwareCloudOnAWS'), ('vmware cloud on aws', 'VMwareCloudOnAWS'), ('auditmanager', 'auditmanager'), ('aws audit manager', 'auditmanager'), ('awskms', 'awskms'), ('aws key management service', 'awskms'), ('awswaf', 'awswaf'), ('aws waf', 'awswaf'), ('comprehend', 'comprehend'), ('amazon comprehend', 'comprehend'), ('datapipeline', 'datapipeline'), ('aws data pipeline', 'datapipeline'), ('nimble', 'nimble'), ('amazon nimble studio', 'nimble'), ('transcribe', 'transcribe'), ('amazon transcribe', 'transcribe'), ('translate', 'translate'), ('amazon translate', 'translate'), ('aws app mesh', 'AWS App Mesh'), ('aws app2container', 'AWS App2Container'), ('aws auto scaling', 'AWS Auto Scaling'), ('aws batch', 'AWS Batch'), ('aws compute optimizer', 'AWS Compute Optimizer'), ('aws copilot', 'AWS Copilot'), ('aws cost and usage report', 'AWS Cost and Usage Report'), ('aws ec2 auto scaling', 'AWS EC2 Auto Scaling'), ('aws elastic beanstalk', 'AWS Elastic Beanstalk'), ('aws fargate', 'AWS Fargate'), ('aws local zones', 'AWS Local Zones'), ('aws privatelink', 'AWS PrivateLink'), ('aws serverless application repository', 'AWS Serverless Application Repository'), ('aws transit gateway', 'AWS Transit Gateway'), ('aws vpn', 'AWS VPN'), ('aws verified access', 'AWS Verified Access'), ('aws wavelength', 'AWS Wavelength'), ('amazon ec2 spot instances', 'Amazon EC2 Spot Instances'), ('reserved instance (ri) reporting', 'Reserved Instance (RI) Reporting'), ('savings plans', 'Savings Plans')) AS given(spelling, code)),
verdicts AS (
  SELECT l.BillingDate, l.x_OU, l.x_ServiceCode, l.SubAccountId, l.RegionId, l.x_CostClass, l.x_ClassReason, l.Actual, l.Expected, l.ExpectedLow, l.ExpectedHigh, l.SpikeSince, l.rules_version
  FROM verdicts_months l
  JOIN (
    SELECT t.month, t.file
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.verdicts) AS t(month, file)
  ) c ON c.month = l.month AND c.file = regexp_extract(l."$path", '[^/]+$')),
pinned_lines AS (
  SELECT l.ProviderName, l.PublisherName, l.InvoiceIssuerName, l.InvoiceId, l.BillingAccountId, l.BillingAccountName, l.BillingAccountType, l.SubAccountId, l.SubAccountName, l.SubAccountType, l.BillingPeriodStart, l.BillingPeriodEnd, l.ChargePeriodStart, l.ChargePeriodEnd, l.ChargeCategory, l.ChargeClass, l.ChargeDescription, l.ChargeFrequency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost, l.ListUnitPrice, l.ContractedUnitPrice, l.PricingCategory, l.PricingQuantity, l.PricingUnit, l.PricingCurrency, l.PricingCurrencyContractedUnitPrice, l.PricingCurrencyEffectiveCost, l.PricingCurrencyListUnitPrice, l.BillingCurrency, l.ConsumedQuantity, l.ConsumedUnit, l.ServiceName, l.ServiceCategory, l.ServiceSubcategory, l.SkuId, l.SkuMeter, l.SkuPriceId, l.SkuPriceDetails, l.ResourceId, l.ResourceName, l.ResourceType, l.RegionId, l.RegionName, l.AvailabilityZone, l.CommitmentDiscountId, l.CommitmentDiscountName, l.CommitmentDiscountCategory, l.CommitmentDiscountType, l.CommitmentDiscountStatus, l.CommitmentDiscountQuantity, l.CommitmentDiscountUnit, l.CapacityReservationId, l.CapacityReservationStatus, l.Tags, l.x_ServiceCode, l.x_Operation, l.x_Discounts, l.x_SpansDays, l.x_SourceId, l.x_LineItemType, l.x_EffectiveCostSource, l.x_ContractedCostSource, c.ou_level, c.rules_version, c.judged_until
  FROM cost_lines_loads l
  JOIN (
    SELECT t.billing_period, t.source, t.lines, t.costs, t.events, t.excluded, o.ou_level, o.rules_version, o.judged_until
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.loads) AS t(billing_period, source, lines, costs, events, excluded)
  ) c ON c.billing_period = l.billing_period AND c.source = l.source
    AND c.lines = l."load"
  WHERE NOT contains(c.excluded, coalesce(l.BillingAccountId, '') || chr(31) || coalesce(l.SubAccountId, ''))),
cost_lines AS (
  WITH 
  accounts_then AS (
    SELECT account_id, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until,
      CASE WHEN ou_path = 'Root' THEN '' WHEN starts_with(ou_path, 'Root/') THEN substr(ou_path, 6)
        ELSE coalesce(ou_path, '') END AS path,
      coalesce(element_at(tags, 'team'), element_at(tags, 'Team')) AS team
    FROM account_map
  ), placed AS (
    SELECT l.ProviderName, l.PublisherName, l.InvoiceIssuerName, l.InvoiceId, l.BillingAccountId, l.BillingAccountName, l.BillingAccountType, l.SubAccountId, l.SubAccountName, l.SubAccountType, l.BillingPeriodStart, l.BillingPeriodEnd, l.ChargePeriodStart, l.ChargePeriodEnd, l.ChargeCategory, l.ChargeClass, l.ChargeDescription, l.ChargeFrequency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost, l.ListUnitPrice, l.ContractedUnitPrice, l.PricingCategory, l.PricingQuantity, l.PricingUnit, l.PricingCurrency, l.PricingCurrencyContractedUnitPrice, l.PricingCurrencyEffectiveCost, l.PricingCurrencyListUnitPrice, l.BillingCurrency, l.ConsumedQuantity, l.ConsumedUnit, l.ServiceName, l.ServiceCategory, l.ServiceSubcategory, l.SkuId, l.SkuMeter, l.SkuPriceId, l.SkuPriceDetails, l.ResourceId, l.ResourceName, l.ResourceType, l.RegionId, l.RegionName, l.AvailabilityZone, l.CommitmentDiscountId, l.CommitmentDiscountName, l.CommitmentDiscountCategory, l.CommitmentDiscountType, l.CommitmentDiscountStatus, l.CommitmentDiscountQuantity, l.CommitmentDiscountUnit, l.CapacityReservationId, l.CapacityReservationStatus, l.Tags, l.x_ServiceCode, l.x_Operation, l.x_Discounts, l.x_SpansDays, l.x_SourceId, l.x_LineItemType, l.x_EffectiveCostSource, l.x_ContractedCostSource, CAST(l.ChargePeriodStart AS date) AS BillingDate,
      CASE WHEN a.path IS NULL THEN 'Unmapped' WHEN a.path = '' THEN 'Root'
    ELSE coalesce(split_part(a.path, '/', 1), '') || CASE WHEN l.ou_level < 2 OR coalesce(split_part(a.path, '/', 2), '') = '' THEN '' ELSE '/' || coalesce(split_part(a.path, '/', 2), '') END || CASE WHEN l.ou_level < 3 OR coalesce(split_part(a.path, '/', 3), '') = '' THEN '' ELSE '/' || coalesce(split_part(a.path, '/', 3), '') END || CASE WHEN l.ou_level < 4 OR coalesce(split_part(a.path, '/', 4), '') = '' THEN '' ELSE '/' || coalesce(split_part(a.path, '/', 4), '') END || CASE WHEN l.ou_level < 5 OR coalesce(split_part(a.path, '/', 5), '') = '' THEN '' ELSE '/' || coalesce(split_part(a.path, '/', 5), '') END END AS x_OU, a.team AS x_Team,
      coalesce(by_code.code,
        CASE WHEN nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer') IS NULL THEN by_name.code ELSE nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer') END,
        nullif(l.ServiceName, ''), nullif(l.x_ServiceCode, ''), 'Unknown') AS x_Service,
      CAST(l.ChargePeriodStart AS date) < CAST(l.judged_until AS date) AS is_judged, l.rules_version AS rules_version
    FROM pinned_lines l
    LEFT JOIN accounts_then a ON a.account_id = coalesce(l.SubAccountId, l.BillingAccountId)
      AND CAST(l.ChargePeriodStart AS date) >= a.since AND CAST(l.ChargePeriodStart AS date) < a.until
    LEFT JOIN service_names by_code ON by_code.spelling = lower(nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer'))
    LEFT JOIN service_names by_name ON by_name.spelling = lower(l.ServiceName)
  )
  SELECT l.ProviderName, l.PublisherName, l.InvoiceIssuerName, l.InvoiceId, l.BillingAccountId, l.BillingAccountName, l.BillingAccountType, l.SubAccountId, l.SubAccountName, l.SubAccountType, l.BillingPeriodStart, l.BillingPeriodEnd, l.ChargePeriodStart, l.ChargePeriodEnd, l.ChargeCategory, l.ChargeClass, l.ChargeDescription, l.ChargeFrequency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost, l.ListUnitPrice, l.ContractedUnitPrice, l.PricingCategory, l.PricingQuantity, l.PricingUnit, l.PricingCurrency, l.PricingCurrencyContractedUnitPrice, l.PricingCurrencyEffectiveCost, l.PricingCurrencyListUnitPrice, l.BillingCurrency, l.ConsumedQuantity, l.ConsumedUnit, l.ServiceName, l.ServiceCategory, l.ServiceSubcategory, l.SkuId, l.SkuMeter, l.SkuPriceId, l.SkuPriceDetails, l.ResourceId, l.ResourceName, l.ResourceType, l.RegionId, l.RegionName, l.AvailabilityZone, l.CommitmentDiscountId, l.CommitmentDiscountName, l.CommitmentDiscountCategory, l.CommitmentDiscountType, l.CommitmentDiscountStatus, l.CommitmentDiscountQuantity, l.CommitmentDiscountUnit, l.CapacityReservationId, l.CapacityReservationStatus, l.Tags, l.x_ServiceCode, l.x_Operation, l.x_Discounts, l.x_SpansDays, l.x_SourceId, l.x_LineItemType, l.x_EffectiveCostSource, l.x_ContractedCostSource, l.BillingDate, l.x_OU, l.x_Team, l.x_Service,
    CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND NOT coalesce(l.x_SpansDays, false) AND l.is_judged THEN coalesce(v.x_CostClass, 'normal') END AS x_CostClass,
    CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND NOT coalesce(l.x_SpansDays, false) AND l.is_judged THEN coalesce(v.x_ClassReason, 'routine') END AS x_ClassReason,
    l.rules_version
  FROM placed l
  LEFT JOIN verdicts v ON v.BillingDate = l.BillingDate AND v.x_OU = l.x_OU AND v.x_ServiceCode = l.x_Service
    AND coalesce(v.SubAccountId, '') = coalesce(l.SubAccountId, '')
    AND coalesce(v.RegionId, '') = coalesce(l.RegionId, '')),
fx_rates AS (
  SELECT c.currency AS currency, CAST(c.valid_from AS date) AS valid_from, CAST(c.valid_until AS date) AS valid_until, CAST(c.rate AS decimal(20,12)) AS rate
  FROM (
    SELECT t.currency, t.valid_from, t.valid_until, t.rate
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.rates) AS t(currency, valid_from, valid_until, rate)
  ) c),
pinned_events AS (
  SELECT l.ProviderName, l.PublisherName, l.InvoiceIssuerName, l.InvoiceId, l.BillingAccountId, l.BillingAccountName, l.BillingAccountType, l.SubAccountId, l.SubAccountName, l.SubAccountType, l.BillingPeriodStart, l.BillingPeriodEnd, l.ChargePeriodStart, l.ChargePeriodEnd, l.ChargeCategory, l.ChargeClass, l.ChargeDescription, l.ChargeFrequency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost, l.ListUnitPrice, l.ContractedUnitPrice, l.PricingCategory, l.PricingQuantity, l.PricingUnit, l.PricingCurrency, l.PricingCurrencyContractedUnitPrice, l.PricingCurrencyEffectiveCost, l.PricingCurrencyListUnitPrice, l.BillingCurrency, l.ConsumedQuantity, l.ConsumedUnit, l.ServiceName, l.ServiceCategory, l.ServiceSubcategory, l.SkuId, l.SkuMeter, l.SkuPriceId, l.SkuPriceDetails, l.ResourceId, l.ResourceName, l.ResourceType, l.RegionId, l.RegionName, l.AvailabilityZone, l.CommitmentDiscountId, l.CommitmentDiscountName, l.CommitmentDiscountCategory, l.CommitmentDiscountType, l.CommitmentDiscountStatus, l.CommitmentDiscountQuantity, l.CommitmentDiscountUnit, l.CapacityReservationId, l.CapacityReservationStatus, l.Tags, l.x_ServiceCode, l.x_Operation, l.x_Discounts, l.x_SpansDays, l.x_SourceId, l.x_LineItemType, l.x_EffectiveCostSource, l.x_ContractedCostSource, l.x_EventId, l.x_EventTime, c.ou_level, c.rules_version, c.judged_until
  FROM cost_lines_loads l
  JOIN (
    SELECT t.billing_period, t.source, t.lines, t.costs, t.events, t.excluded, o.ou_level, o.rules_version, o.judged_until
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.loads) AS t(billing_period, source, lines, costs, events, excluded)
  ) c ON c.billing_period = l.billing_period AND c.source = l.source
    AND c.lines = l."load"
  WHERE c.events),
event_lines AS (
  WITH 
  accounts_then AS (
    SELECT account_id, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until,
      CASE WHEN ou_path = 'Root' THEN '' WHEN starts_with(ou_path, 'Root/') THEN substr(ou_path, 6)
        ELSE coalesce(ou_path, '') END AS path,
      coalesce(element_at(tags, 'team'), element_at(tags, 'Team')) AS team
    FROM account_map
  ), placed AS (
    SELECT l.ProviderName, l.PublisherName, l.InvoiceIssuerName, l.InvoiceId, l.BillingAccountId, l.BillingAccountName, l.BillingAccountType, l.SubAccountId, l.SubAccountName, l.SubAccountType, l.BillingPeriodStart, l.BillingPeriodEnd, l.ChargePeriodStart, l.ChargePeriodEnd, l.ChargeCategory, l.ChargeClass, l.ChargeDescription, l.ChargeFrequency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost, l.ListUnitPrice, l.ContractedUnitPrice, l.PricingCategory, l.PricingQuantity, l.PricingUnit, l.PricingCurrency, l.PricingCurrencyContractedUnitPrice, l.PricingCurrencyEffectiveCost, l.PricingCurrencyListUnitPrice, l.BillingCurrency, l.ConsumedQuantity, l.ConsumedUnit, l.ServiceName, l.ServiceCategory, l.ServiceSubcategory, l.SkuId, l.SkuMeter, l.SkuPriceId, l.SkuPriceDetails, l.ResourceId, l.ResourceName, l.ResourceType, l.RegionId, l.RegionName, l.AvailabilityZone, l.CommitmentDiscountId, l.CommitmentDiscountName, l.CommitmentDiscountCategory, l.CommitmentDiscountType, l.CommitmentDiscountStatus, l.CommitmentDiscountQuantity, l.CommitmentDiscountUnit, l.CapacityReservationId, l.CapacityReservationStatus, l.Tags, l.x_ServiceCode, l.x_Operation, l.x_Discounts, l.x_SpansDays, l.x_SourceId, l.x_LineItemType, l.x_EffectiveCostSource, l.x_ContractedCostSource, l.x_EventId, l.x_EventTime, CAST(l.ChargePeriodStart AS date) AS BillingDate,
      CASE WHEN a.path IS NULL THEN 'Unmapped' WHEN a.path = '' THEN 'Root'
    ELSE coalesce(split_part(a.path, '/', 1), '') || CASE WHEN l.ou_level < 2 OR coalesce(split_part(a.path, '/', 2), '') = '' THEN '' ELSE '/' || coalesce(split_part(a.path, '/', 2), '') END || CASE WHEN l.ou_level < 3 OR coalesce(split_part(a.path, '/', 3), '') = '' THEN '' ELSE '/' || coalesce(split_part(a.path, '/', 3), '') END || CASE WHEN l.ou_level < 4 OR coalesce(split_part(a.path, '/', 4), '') = '' THEN '' ELSE '/' || coalesce(split_part(a.path, '/', 4), '') END || CASE WHEN l.ou_level < 5 OR coalesce(split_part(a.path, '/', 5), '') = '' THEN '' ELSE '/' || coalesce(split_part(a.path, '/', 5), '') END END AS x_OU, a.team AS x_Team,
      coalesce(by_code.code,
        CASE WHEN nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer') IS NULL THEN by_name.code ELSE nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer') END,
        nullif(l.ServiceName, ''), nullif(l.x_ServiceCode, ''), 'Unknown') AS x_Service,
      CAST(l.ChargePeriodStart AS date) < CAST(l.judged_until AS date) AS is_judged, l.rules_version AS rules_version
    FROM pinned_events l
    LEFT JOIN accounts_then a ON a.account_id = coalesce(l.SubAccountId, l.BillingAccountId)
      AND CAST(l.ChargePeriodStart AS date) >= a.since AND CAST(l.ChargePeriodStart AS date) < a.until
    LEFT JOIN service_names by_code ON by_code.spelling = lower(nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer'))
    LEFT JOIN service_names by_name ON by_name.spelling = lower(l.ServiceName)
  )
  SELECT l.ProviderName, l.PublisherName, l.InvoiceIssuerName, l.InvoiceId, l.BillingAccountId, l.BillingAccountName, l.BillingAccountType, l.SubAccountId, l.SubAccountName, l.SubAccountType, l.BillingPeriodStart, l.BillingPeriodEnd, l.ChargePeriodStart, l.ChargePeriodEnd, l.ChargeCategory, l.ChargeClass, l.ChargeDescription, l.ChargeFrequency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost, l.ListUnitPrice, l.ContractedUnitPrice, l.PricingCategory, l.PricingQuantity, l.PricingUnit, l.PricingCurrency, l.PricingCurrencyContractedUnitPrice, l.PricingCurrencyEffectiveCost, l.PricingCurrencyListUnitPrice, l.BillingCurrency, l.ConsumedQuantity, l.ConsumedUnit, l.ServiceName, l.ServiceCategory, l.ServiceSubcategory, l.SkuId, l.SkuMeter, l.SkuPriceId, l.SkuPriceDetails, l.ResourceId, l.ResourceName, l.ResourceType, l.RegionId, l.RegionName, l.AvailabilityZone, l.CommitmentDiscountId, l.CommitmentDiscountName, l.CommitmentDiscountCategory, l.CommitmentDiscountType, l.CommitmentDiscountStatus, l.CommitmentDiscountQuantity, l.CommitmentDiscountUnit, l.CapacityReservationId, l.CapacityReservationStatus, l.Tags, l.x_ServiceCode, l.x_Operation, l.x_Discounts, l.x_SpansDays, l.x_SourceId, l.x_LineItemType, l.x_EffectiveCostSource, l.x_ContractedCostSource, l.x_EventId, l.x_EventTime, l.BillingDate, l.x_OU, l.x_Team, l.x_Service,
    CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND NOT coalesce(l.x_SpansDays, false) AND l.is_judged THEN coalesce(v.x_CostClass, 'normal') END AS x_CostClass,
    CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND NOT coalesce(l.x_SpansDays, false) AND l.is_judged THEN coalesce(v.x_ClassReason, 'routine') END AS x_ClassReason,
    l.rules_version
  FROM placed l
  LEFT JOIN verdicts v ON v.BillingDate = l.BillingDate AND v.x_OU = l.x_OU AND v.x_ServiceCode = l.x_Service
    AND coalesce(v.SubAccountId, '') = coalesce(l.SubAccountId, '')
    AND coalesce(v.RegionId, '') = coalesce(l.RegionId, '')),
cost_events AS (
  WITH 
  key_sets AS (
    SELECT DISTINCT map_keys(Tags) AS tag_keys
    FROM event_lines
    WHERE Tags IS NOT NULL
  ), spelled AS (
    SELECT s.tag_keys, min(CASE WHEN translate(regexp_replace(lower(u.tag_key), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '') = 'owner' THEN u.tag_key END) AS key_0
    FROM key_sets s
    CROSS JOIN UNNEST(s.tag_keys) AS u(tag_key)
    GROUP BY s.tag_keys
  ), 
  rates_then AS (
    SELECT currency, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until, rate
    FROM fx_rates
  ), charged AS (
    SELECT l.x_OU, l.x_Service, coalesce(l.SubAccountId, '') AS account,
      CASE WHEN coalesce(l.ResourceId, '') <> '' THEN 'resource' ELSE 'usage type' END AS kind,
      coalesce(nullif(l.ResourceId, ''), l.SkuMeter, '') AS thing, l.BillingDate, l.BillingCurrency,
      sum(l.EffectiveCost) AS cost
    FROM cost_lines l
    WHERE l.ChargePeriodStart >= CAST(date_add('day', -30, CAST((SELECT judged_until FROM current_loads) AS date)) AS timestamp)
      AND l.ChargePeriodStart < CAST(CAST((SELECT judged_until FROM current_loads) AS date) AS timestamp)
      AND l.ChargeCategory = 'Usage'
      AND NOT coalesce(l.x_SpansDays, false)
      AND strpos(lower(coalesce(l.ChargeDescription, '')), 'free tier') = 0
      AND l.EffectiveCost IS NOT NULL
    GROUP BY l.x_OU, l.x_Service, coalesce(l.SubAccountId, ''),
      CASE WHEN coalesce(l.ResourceId, '') <> '' THEN 'resource' ELSE 'usage type' END,
      coalesce(nullif(l.ResourceId, ''), l.SkuMeter, ''), l.BillingDate, l.BillingCurrency
  ), by_day AS (
    SELECT c.x_OU, c.x_Service, c.account, c.kind, c.thing, c.BillingDate,
      sum(CASE WHEN c.BillingCurrency = (SELECT reporting_currency FROM current_loads) THEN c.cost ELSE CAST(c.cost * r.rate AS decimal(38,15)) END) AS cost
    FROM charged c
    LEFT JOIN rates_then r ON r.currency = c.BillingCurrency AND c.BillingDate >= r.since AND c.BillingDate < r.until
    GROUP BY c.x_OU, c.x_Service, c.account, c.kind, c.thing, c.BillingDate
  ), things AS (
    SELECT x_OU, x_Service, account, kind, thing, sum(cost) AS cost
    FROM by_day
    GROUP BY x_OU, x_Service, account, kind, thing
    HAVING count_if(cost > 0 AND cost <= CAST('1' AS decimal(18,6))) >= 25
  ), listed AS (
    SELECT x_OU, x_Service, account
    FROM things
    GROUP BY x_OU, x_Service, account
    HAVING sum(cost) >= CAST('10' AS decimal(18,6))
  ), little AS (
    SELECT t.x_OU, t.x_Service, t.account, t.kind, t.thing
    FROM things t
    JOIN listed g ON g.x_OU = t.x_OU AND g.x_Service = t.x_Service AND g.account = t.account
  )
  SELECT l.x_EventId AS event_id, l.x_EventTime AS event_time, l.SubAccountId AS account_id, l.x_ServiceCode AS service,
    l.RegionId AS region, l.SkuMeter AS usage_type, l.ResourceId AS resource_id, l.ConsumedQuantity AS usage_amount,
    l.BilledCost AS unblended_cost, l.BillingCurrency AS currency, l.ChargePeriodStart AS usage_start,
    l.ChargePeriodEnd AS usage_end, l.Tags AS tags, l.x_CostClass AS cost_class,
    concat_ws(',', CASE WHEN (
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND (
  (coalesce(l.ResourceId, '') <> '' OR coalesce(cardinality(map_keys(l.Tags)), 0) > 0)
  AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
  AND NOT starts_with(coalesce(l.x_ServiceCode, ''), 'AWSSupport')
) AND s.key_0 IS NULL) OR (
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND (
  (coalesce(l.ResourceId, '') <> '' OR coalesce(cardinality(map_keys(l.Tags)), 0) > 0)
  AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
  AND NOT starts_with(coalesce(l.x_ServiceCode, ''), 'AWSSupport')
) AND s.key_0 IS NOT NULL AND (coalesce(lower(trim(element_at(l.Tags, s.key_0))), '') IN ('', 'none', 'n/a', 'tbd', 'unknown'))) THEN 'Owner' END) AS missing_tags,
    CASE WHEN CAST((SELECT judged_until FROM current_loads) AS date) > DATE '0001-01-01' THEN (t.thing IS NOT NULL) END AS low_value_recurring,
    l.rules_version, l.BillingDate AS billing_date, l.x_OU AS ou, l.x_SourceId AS source
  FROM event_lines l
  LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
  LEFT JOIN little t ON t.x_OU = l.x_OU AND t.x_Service = l.x_Service AND t.account = coalesce(l.SubAccountId, '')
    AND t.kind = CASE WHEN coalesce(l.ResourceId, '') <> '' THEN 'resource' ELSE 'usage type' END
    AND t.thing = coalesce(nullif(l.ResourceId, ''), l.SkuMeter, ''))
SELECT event_id, CAST(event_time AS timestamp(3)) AS event_time, account_id, service, region, usage_type, resource_id, usage_amount, unblended_cost, currency, CAST(usage_start AS timestamp(3)) AS usage_start, CAST(usage_end AS timestamp(3)) AS usage_end, tags, cost_class, CASE WHEN rules_version = '1' THEN missing_tags END AS missing_tags, CASE WHEN rules_version = '1' THEN low_value_recurring END AS low_value_recurring, rules_version, billing_date, ou, source FROM cost_events
