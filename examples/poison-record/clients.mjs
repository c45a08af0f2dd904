// Where the services are: Dynamill on this machine, unless AWS_ENDPOINT_URL says otherwise. Any
// region and any credentials will do.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';

const local = {
  endpoint: process.env.AWS_ENDPOINT_URL ?? 'http://127.0.0.1:8000',
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

export const dynamodb = new DynamoDBClient(local);
export const streams = new DynamoDBStreamsClient(local);
export const lambda = new LambdaClient(local);
export const sqs = new SQSClient(local);
