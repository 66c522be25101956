# A project to try things in: nobody's real mail, nothing kept warm.
#
#   cp examples/dev.tfvars dev.tfvars, fill in, terraform plan -out=plan -var-file=dev.tfvars

environment = "dev"
project     = "hire-gmail-dev"
region      = "europe-west1"

app_url         = "https://dev.hire.example.com"
allowed_origins = ["https://dev.hire.example.com", "https://localhost:3000"]
reply_domain    = "reply.dev.hire.example.com"
oauth_client_id = "123456789012-dev.apps.googleusercontent.com"

users = {
  issuer   = "https://login.dev.hire.example.com"
  audience = "hire-gmail"
  jwks_url = "https://login.dev.hire.example.com/.well-known/jwks.json"
}

backend_service_accounts = ["hire-backend@hire-dev.iam.gserviceaccount.com"]
gateway_service_accounts = ["hire-mail-gateway@hire-dev.iam.gserviceaccount.com"]

# What was deleted is gone at once.
blobs_soft_delete_days = 0

settings = {
  LOG_LEVEL = "DEBUG"
}

sizes = {
  connect       = { max_instances = 2 }
  deliver       = { max_instances = 2 }
  gmailnotify   = { max_instances = 2 }
  directory     = { max_instances = 2 }
  inboundreply  = { max_instances = 2 }
  oauthcallback = { max_instances = 2 }
  sendmessage   = { max_instances = 2 }
  settings      = { max_instances = 2 }
  syncmailbox   = { max_instances = 2 }
  threads       = { max_instances = 2 }
}
