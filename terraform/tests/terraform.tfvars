# What every test begins with.
environment = "test"
project     = "hire-gmail-test"
region      = "europe-west1"
packages    = "tests/packages"

app_url         = "https://hire.example.com/app"
allowed_origins = ["https://hire.example.com", "https://admin.hire.example.com"]
reply_domain    = "reply.hire.example.com"
oauth_client_id = "123456789012-test.apps.googleusercontent.com"

users = {
  issuer   = "https://login.hire.example.com"
  audience = "hire-gmail"
  jwks_url = "https://login.hire.example.com/keys"
}

backend_service_accounts = ["backend@hire.iam.gserviceaccount.com", "worker@hire.iam.gserviceaccount.com"]
gateway_service_accounts = ["gateway@hire.iam.gserviceaccount.com"]
