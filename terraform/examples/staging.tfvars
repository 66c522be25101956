# As production, but for its size: what is tried here is what goes there.
#
#   cp examples/staging.tfvars staging.tfvars, fill in, terraform plan -out=plan -var-file=staging.tfvars

environment = "staging"
project     = "hire-gmail-staging"
region      = "europe-west1"

domain          = "gmail.staging.hire.example.com"
app_url         = "https://staging.hire.example.com"
allowed_origins = ["https://staging.hire.example.com"]
reply_domain    = "reply.staging.hire.example.com"
oauth_client_id = "123456789012-staging.apps.googleusercontent.com"

users = {
  issuer   = "https://login.staging.hire.example.com"
  audience = "hire-gmail"
  jwks_url = "https://login.staging.hire.example.com/.well-known/jwks.json"
}

backend_service_accounts = ["hire-backend@hire-staging.iam.gserviceaccount.com"]
gateway_service_accounts = ["hire-mail-gateway@hire-staging.iam.gserviceaccount.com"]

# So that alerts are tried as well; nobody is woken.
alert_emails = ["hire-developers@hire.example.com"]
